import { exists, namesIn, readText } from './files.js';

/**
 * Whether KVM registers irqfds with the bypass manager on this machine.
 *
 * x86: only where device interrupts can be posted (`kvm_arch_has_irq_bypass` in
 * arch/x86/kvm/): since 6.16 the parameter `enable_device_posted_irqs` of the vendor's module
 * says so; before, it takes APICv or AVIC and an IOMMU that posts. arm64: always.
 */
export interface BypassUse {
  /** Null where the system does not say. */
  readonly isInUse: boolean | null;
  /** What it is known from. */
  readonly because: string;
  readonly remedy: string | null;
}

/** The parts of the system that are looked at; a test's stand-in has others. */
export interface BypassFacts {
  readonly arch: string;
  /** Whether the kernel has the manager; null where it does not say. */
  readonly hasManager: boolean | null;
  /** A parameter of KVM's module of the processor's vendor, by name; undefined: there is none. */
  readonly parameter: (name: string) => string | undefined;
  /** The vendor's module, or null. */
  readonly vendor: string | null;
  /** Whether an IOMMU says that it can post interrupts; null where none says anything. */
  readonly iommuPosts: boolean | null;
}

const MODULES = '/sys/module';
const VENDORS = ['kvm_intel', 'kvm_amd'] as const;
/** Bit 59 of VT-d's capability register: posted interrupts (VT-d specification, 11.4.2). */
const VTD_POSTS = 1n << 59n;
/** Bits 23 to 21 of AMD's extended features: guest virtual APIC (AMD IOMMU specification, 3.4.9). */
const AMD_GUEST_APIC = 7n << 21n;

export function readBypassFacts(hasManager: boolean | null): BypassFacts {
  const vendor = VENDORS.find((name) => exists(`${MODULES}/${name}`)) ?? null;
  return {
    arch: process.arch,
    hasManager,
    vendor,
    parameter: (name) =>
      vendor === null ? undefined : readText(`${MODULES}/${vendor}/parameters/${name}`),
    iommuPosts: readIommus(),
  };
}

function readIommus(): boolean | null {
  const said = namesIn('/sys/class/iommu').flatMap((name) => {
    const of = (file: string, bits: bigint) => {
      const text = readText(`/sys/class/iommu/${name}/${file}`);
      return text === undefined ? [] : [(hex(text) & bits) !== 0n];
    };
    return [...of('intel-iommu/cap', VTD_POSTS), ...of('amd-iommu/features', AMD_GUEST_APIC)];
  });
  return said.length === 0 ? null : said.includes(true);
}

/** AMD's has two numbers, `high:low`, of which the last is meant. */
function hex(text: string): bigint {
  const digits = text.split(':').at(-1)?.replace(/^0x/, '') ?? '';
  return /^[\da-f]+$/i.test(digits) ? BigInt(`0x${digits}`) : 0n;
}

export function bypassUse(facts: BypassFacts): BypassUse {
  const { arch, hasManager, vendor, parameter, iommuPosts } = facts;
  if (hasManager === false) {
    return no(
      'this kernel has no IRQ bypass manager',
      'modprobe irqbypass, or CONFIG_IRQ_BYPASS_MANAGER',
    );
  }
  if (arch === 'arm64') return { isInUse: true, because: 'on arm64 KVM always does', remedy: null };
  if (vendor === null) {
    return unknown('neither kvm_intel nor kvm_amd is loaded, so nothing says it');
  }
  const posted = parameter('enable_device_posted_irqs');
  if (posted !== undefined) {
    const says = `${vendor} says enable_device_posted_irqs=${posted}`;
    if (isYes(posted)) return { isInUse: true, because: says, remedy: null };
    return no(says, 'it takes APICv or AVIC, and an IOMMU that posts interrupts (intel_iommu=on)');
  }
  const name = vendor === 'kvm_intel' ? 'enable_apicv' : 'avic';
  const apic = parameter(name);
  if (apic !== undefined && !isYes(apic)) {
    return no(
      `${vendor} says ${name}=${apic}`,
      `modprobe ${vendor} ${name}=1, on a processor that has it`,
    );
  }
  if (iommuPosts === false)
    return no('the IOMMU cannot post interrupts', 'use a host whose IOMMU can');
  if (iommuPosts === null) return unknown('no IOMMU says whether it posts interrupts');
  return {
    isInUse: true,
    because: `${vendor} has ${name}, and the IOMMU posts interrupts`,
    remedy: null,
  };
}

function no(because: string, remedy: string): BypassUse {
  return { isInUse: false, because, remedy };
}

function unknown(because: string): BypassUse {
  return {
    isInUse: null,
    because,
    remedy: 'trace irq_bypass_register_consumer while a VM starts (irqbench trace)',
  };
}

function isYes(value: string): boolean {
  return value === 'Y' || value === '1';
}

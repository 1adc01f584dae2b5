/**
 * What of KVM's interface irqbench uses, for x86-64 and arm64.
 * Source: Linux, include/uapi/linux/kvm.h, arch/arm64/include/uapi/asm/kvm.h and
 * include/uapi/asm-generic/ioctl.h; all of it is stable since it came.
 */

const KVMIO = 0xae;
const WRITE = 1;
const READ = 2;

/** `_IOC`: direction, size of the argument, type, number. */
function ioc(direction: number, number: number, bytes: number): number {
  return direction * 2 ** 30 + bytes * 2 ** 16 + KVMIO * 2 ** 8 + number;
}

/** struct kvm_irqfd: fd, gsi, flags, resamplefd, 16 bytes of padding. */
export const IRQFD_BYTES = 32;
/** struct kvm_create_device: type, fd, flags. */
export const CREATE_DEVICE_BYTES = 12;
/** struct kvm_device_attr: flags, group, attr, addr, the last two of 64 bits. */
export const DEVICE_ATTR_BYTES = 24;

export const KVM_GET_API_VERSION = ioc(0, 0x00, 0);
export const KVM_CREATE_VM = ioc(0, 0x01, 0);
export const KVM_CHECK_EXTENSION = ioc(0, 0x03, 0);
export const KVM_CREATE_IRQCHIP = ioc(0, 0x60, 0);
export const KVM_IRQFD = ioc(WRITE, 0x76, IRQFD_BYTES);
export const KVM_CREATE_DEVICE = ioc(READ | WRITE, 0xe0, CREATE_DEVICE_BYTES);
export const KVM_SET_DEVICE_ATTR = ioc(WRITE, 0xe1, DEVICE_ATTR_BYTES);

/** The version that every kernel since 2.6.22 has. */
export const API_VERSION = 12;
export const CAP_IRQCHIP = 0;
export const CAP_IRQFD = 32;
export const CAP_DEVICE_CTRL = 89;
/** arm64: bits of a guest's physical addresses; VMs of type 0 have 40. */
export const CAP_ARM_VM_IPA_SIZE = 165;
export const DEFAULT_IPA_BITS = 40;

export const IRQFD_FLAG_DEASSIGN = 1;
/** enum kvm_device_type: KVM_DEV_TYPE_ARM_VGIC_V3. */
export const ARM_VGIC_V3 = 7;
/** KVM_DEV_ARM_VGIC_GRP_CTRL, and its attribute KVM_DEV_ARM_VGIC_CTRL_INIT. */
export const ARM_VGIC_GRP_CTRL = 4;
export const ARM_VGIC_CTRL_INIT = 0;

/** Machines whose constants are above, by Node's names. */
export const KVM_ARCHITECTURES = ['x64', 'arm64'] as const;

/*
 * What the headers of this system say of KVM's interface, as one line of JSON: the constants that
 * src/system/kvm-abi.ts repeats.
 *
 * usage: kvm-abi
 */
#include <linux/kvm.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>

#define NUMBER(name, value) printf("\"%s\":%lu,", name, (unsigned long)(value))

int main(void)
{
	printf("{");
	NUMBER("KVM_GET_API_VERSION", KVM_GET_API_VERSION);
	NUMBER("KVM_CREATE_VM", KVM_CREATE_VM);
	NUMBER("KVM_CHECK_EXTENSION", KVM_CHECK_EXTENSION);
	NUMBER("KVM_CREATE_IRQCHIP", KVM_CREATE_IRQCHIP);
	NUMBER("KVM_IRQFD", KVM_IRQFD);
	NUMBER("KVM_CREATE_DEVICE", KVM_CREATE_DEVICE);
	NUMBER("KVM_SET_DEVICE_ATTR", KVM_SET_DEVICE_ATTR);
	NUMBER("API_VERSION", KVM_API_VERSION);
	NUMBER("CAP_IRQCHIP", KVM_CAP_IRQCHIP);
	NUMBER("CAP_IRQFD", KVM_CAP_IRQFD);
	NUMBER("CAP_DEVICE_CTRL", KVM_CAP_DEVICE_CTRL);
	NUMBER("CAP_ARM_VM_IPA_SIZE", KVM_CAP_ARM_VM_IPA_SIZE);
	NUMBER("IRQFD_FLAG_DEASSIGN", KVM_IRQFD_FLAG_DEASSIGN);
	NUMBER("ARM_VGIC_V3", KVM_DEV_TYPE_ARM_VGIC_V3);
#ifdef __aarch64__
	NUMBER("ARM_VGIC_GRP_CTRL", KVM_DEV_ARM_VGIC_GRP_CTRL);
	NUMBER("ARM_VGIC_CTRL_INIT", KVM_DEV_ARM_VGIC_CTRL_INIT);
#endif
	NUMBER("IRQFD_BYTES", sizeof(struct kvm_irqfd));
	NUMBER("CREATE_DEVICE_BYTES", sizeof(struct kvm_create_device));
	NUMBER("DEVICE_ATTR_BYTES", sizeof(struct kvm_device_attr));
	NUMBER("EFD_CLOEXEC", EFD_CLOEXEC);
	NUMBER("PR_SET_PDEATHSIG", PR_SET_PDEATHSIG);
	/* Where the fields are that the program writes, in words of 32 bits. */
	printf("\"fields\":[%zu,%zu,%zu,%zu,%zu,%zu,%zu]}\n",
	       offsetof(struct kvm_irqfd, fd) / 4, offsetof(struct kvm_irqfd, gsi) / 4,
	       offsetof(struct kvm_irqfd, flags) / 4, offsetof(struct kvm_create_device, type) / 4,
	       offsetof(struct kvm_create_device, fd) / 4,
	       offsetof(struct kvm_device_attr, group) / 4, offsetof(struct kvm_device_attr, attr) / 4);
	return 0;
}

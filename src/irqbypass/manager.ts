/**
 * The IRQ bypass manager: theory of operation.
 *
 * A device's interrupt (the *producer*, VFIO's or vDPA's) can reach a guest (the *consumer*,
 * KVM's irqfd) without passing through the host, if the two find each other. Both register here
 * with a *token*, the address of the eventfd context they share; when the second side of a token
 * arrives, the manager connects the two, and when either leaves, it disconnects them. KVM
 * registers every irqfd, whether or not a device ever comes: that is why a host with many VMs
 * has many thousand consumers and no producer at all.
 *
 * At most one producer and one consumer are registered for a token. One lock, a sleeping mutex,
 * protects the two indexes and is held across the callbacks of a connect, so a registration that
 * looks slowly makes every other VM's wait.
 *
 * | | lists, Linux 4.3 – 6.16 (`manager-list.ts`) | xarray, Linux 6.17 on (`manager-xarray.ts`) |
 * | --- | --- | --- |
 * | null token | `-EINVAL` | the kernel's callers never pass one; here `-EINVAL` |
 * | consumer without add or del callback | `-EINVAL` | `-EINVAL` |
 * | already registered object | found as a duplicate: `-EBUSY` | warning and `-EINVAL` |
 * | token taken on the own side | own list walked: `-EBUSY` | the insert refuses: `-EBUSY` |
 * | no memory | cannot happen | `-ENOMEM`, nothing changed |
 * | partner | other list walked | loaded from the other array |
 * | connect failed | not added, its error returned | own entry erased, token null, its error returned |
 * | unregister | finds itself, then the partner, by walking | remembers its partner, erases its token |
 *
 * The list manager keeps the kernel's old mistake: a producer that unregisters is looked up by
 * its token alone. It is harmless as long as owners clear the token of a producer whose
 * registration was refused, as VFIO does.
 *
 * Sources: virt/lib/irqbypass.c and include/linux/irqbypass.h, Linux 6.2 and 6.17 (commit
 * 8394b32faecd replaced the lists).
 */
export interface Manager {
  /**
   * @param consumer its address
   * @param hi the token's upper 32 bits
   * @param lo the token's lower 32 bits
   * @returns 0 or a negative errno
   */
  registerConsumer(consumer: number, hi: number, lo: number): number;
  /** Does nothing to a consumer that is not registered. */
  unregisterConsumer(consumer: number): void;
  registerProducer(producer: number, hi: number, lo: number): number;
  unregisterProducer(producer: number): void;

  /**
   * Registers without lock, duplicate check and callbacks: how a host's background VMs are set
   * up before anybody runs. The outcome is what registering them one by one would have left.
   * @returns 0 or -ENOMEM
   */
  adoptConsumer(consumer: number, hi: number, lo: number): number;
  /** The same for a producer, joined to the consumer of its token (0 for none). */
  adoptProducer(producer: number, hi: number, lo: number, consumer: number): number;
}

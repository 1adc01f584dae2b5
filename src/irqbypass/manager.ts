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
 * At most one producer and one consumer are registered for a token. In the kernel one lock, a
 * sleeping mutex, protects the two indexes and is held across the callbacks of a connect, so a
 * registration that looks slowly makes every other VM's wait.
 *
 * There are two semantics, the kernel's before 6.17 and since. Which one a strategy has is decided
 * by its index, and by its scope:
 *
 * | | lists, Linux 4.3 – 6.16 (`manager-list.ts`) | xarray, Linux 6.17 on (`manager-xarray.ts`) |
 * | --- | --- | --- |
 * | indexes | `list`, `hlist` | `xarray`, a user's own; in the scope of tokens any |
 * | null token | `-EINVAL` | the kernel's callers never pass one; here `-EINVAL` |
 * | consumer without add or del callback | `-EINVAL` | `-EINVAL` |
 * | already registered object | found as a duplicate: `-EBUSY` | warning and `-EINVAL` |
 * | token taken on the own side | own list walked: `-EBUSY` | the insert refuses: `-EBUSY` |
 * | no memory | cannot happen | `-ENOMEM`, nothing changed |
 * | partner | other list walked | loaded from the other array |
 * | connect failed | not added, its error returned | own entry erased, token null, its error returned |
 * | unregister | finds itself, then the partner, by walking | remembers its partner, erases its token |
 *
 * What strategies change of them:
 *
 * | manager | what is different | what a registration locks |
 * | --- | --- | --- |
 * | `manager-list.ts`, `manager-xarray.ts` | nothing: the kernel's | the table, once |
 * | `manager-list-shared.ts` | walks under a lock that readers share, then looks at what came since | the table, shared, and again alone unless it is a duplicate |
 * | `manager-xarray-shared.ts` | looks for a duplicate under such a lock, then does everything alone | the same |
 * | `manager-sharded.ts` | one of the above (or below) for each shard of the tokens | what that one does, in its token's shard |
 * | `manager-token.ts` | no index of objects: an entry for each token; callbacks outside the tables' locks, see `entry.ts` | the shard, then the entry; the shard again where it was refused |
 *
 * A lock that readers share changes the outcome in one way: a registration that met a duplicate
 * when it looked is refused, even if that one leaves before it could have come alone. It could have
 * looked a moment earlier under one lock as well.
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

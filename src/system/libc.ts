import { getSystemErrorName } from 'node:util';
import { requireKoffi } from './koffi.js';

/** The few calls of the C library that irqbench makes itself. */
export interface Libc {
  /** @param argument bytes that the kernel reads, or writes into */
  ioctl(fd: number, request: number, argument: Uint8Array | null): number;
  /** The same call with a number for its argument. */
  ioctlNumber(fd: number, request: number, argument: number): number;
  /** @returns a descriptor, or -1 */
  eventfd(initialCount: number, flags: number): number;
  close(fd: number): number;
  prctl(option: number, argument: number): number;
  /** Of the last call that returned -1. */
  errno(): number;
}

/** EFD_CLOEXEC, which is O_CLOEXEC (include/uapi/asm-generic/fcntl.h). */
export const EFD_CLOEXEC = 0o2000000;

/** @throws IrqbenchError (6) where koffi cannot be had */
export function loadLibc(what: string, instead: string): Libc {
  const koffi = requireKoffi(what, instead);
  const library = koffi.load(null);
  return {
    // ioctl(2) is variadic. On x86-64 and arm64 Linux such an argument goes where a plain one does.
    ioctl: library.func('int ioctl(int fd, unsigned long request, void *argument)'),
    ioctlNumber: library.func('int ioctl(int fd, unsigned long request, unsigned long argument)'),
    eventfd: library.func('int eventfd(unsigned int count, int flags)'),
    close: library.func('int close(int fd)'),
    prctl: library.func('int prctl(int option, unsigned long argument)'),
    errno: () => koffi.errno(),
  };
}

/** `EMFILE`: the name of an error's number. */
export function errnoName(errno: number): string {
  return errno > 0 ? getSystemErrorName(-errno) : 'no error';
}

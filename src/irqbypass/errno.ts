/** The errors the manager returns, negative as in the kernel. 0 is success. */
export const EIO = 5;
export const ENOMEM = 12;
export const EBUSY = 16;
export const EINVAL = 22;

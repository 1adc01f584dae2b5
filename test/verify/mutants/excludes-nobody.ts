import type { UserLock } from './site.js';

/** No lock at all. */
export const name = 'excludes-nobody';
export const words = 1;
export const createLock = (): UserLock => ({ acquire() {}, release() {} });

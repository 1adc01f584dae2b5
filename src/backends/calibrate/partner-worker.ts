import { workerData } from 'node:worker_threads';
import { pinThisThread } from '../threads/pin.js';
import { answerAsleep, answerSpinning, type PartnerTask } from './ping-pong.js';

/** The other side of a ping-pong, on a thread of its own. */

const { words, cpu, how } = workerData as PartnerTask;
if (cpu !== null) pinThisThread(cpu);
if (how === 'spin') answerSpinning(words);
else answerAsleep(words);

import { parentPort, workerData } from 'node:worker_threads';
import { Recorder } from '../../measure/recorder.js';
import { viewMemory } from '../../sync/memory.js';
import { loadLibc } from '../../system/libc.js';
import { pinThisThread } from '../threads/pin.js';
import { KvmVm } from './kvm-vm.js';
import { KvmLife } from './life.js';
import { CrewWords } from './shared.js';
import type { KvmVmTask, VmNews } from './task.js';

/** A burst VM's thread: makes itself ready, waits for its rounds, lives. */

/** After so many calls their path is compiled. */
const REHEARSED_CALLS = 20_000;

function liveOnThread({ buffer, layout, plan, device, vm, cpu }: KvmVmTask): void {
  if (cpu !== null) pinThisThread(cpu);
  const tell = (news: VmNews) => parentPort?.postMessage(news);
  const memory = viewMemory(buffer);
  const kvm = new KvmVm(loadLibc('--backend kvm', '--backend threads'), device, plan.irqfds);
  kvm.rehearse(REHEARSED_CALLS);
  const recorder = new Recorder(memory, layout.recorders, vm);
  const life = new KvmLife(memory, layout, plan, vm, kvm, recorder, new CrewWords(memory, layout));
  tell('ready');
  life.run(tell);
}

liveOnThread(workerData as KvmVmTask);

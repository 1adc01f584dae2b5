import { allContestants } from '../support/contestants.js';
import { indexContract } from './index-contract.js';

for (const contestant of await allContestants()) indexContract(contestant);

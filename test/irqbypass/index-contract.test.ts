import { indexContract } from './index-contract.js';

indexContract('list');
indexContract('xarray');

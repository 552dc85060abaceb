import { load } from '/xmppreg.js';

load({ worker: false });

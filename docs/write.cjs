// What is generated, straight from the sources.
require('../test/harness/typescript.cjs');
require('./write.ts');

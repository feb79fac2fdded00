// The engine in a process of its own, straight from the sources.
require('./typescript.cjs');
require('./engineProcessMain.ts');

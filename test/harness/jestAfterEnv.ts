import { SimulatorServer } from '../simulator/server';
import { EngineProcess } from './engineProcess';

// What a red test leaves running would keep jest from ending: nobody tidies up after a broken expectation.
afterAll(async () => {
	await SimulatorServer.closeAll();
	await EngineProcess.killAll();
});

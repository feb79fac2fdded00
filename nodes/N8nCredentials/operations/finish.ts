import { type JointOperation, nextOfFinish, nowIso, requestOf, takeStep } from '../../kit';
import { readRotation, type RotationTarget } from '../input';
import { PERMISSION_HINTS } from '../refusals';

/** Has the new values count as current. */
export const finish: JointOperation<RotationTarget> = {
	repeatSafe: true,
	usesPrevious: false,
	hints: { permission: PERMISSION_HINTS.update },
	read: (parameters) => readRotation(parameters, { needsPrevious: false }),
	carryOut: async (_inputs, store) => await takeStep(store, (seen) => nextOfFinish(seen, nowIso())),
	plan: (_inputs, seen) => nextOfFinish(seen, nowIso()),
	request: requestOf,
	shown: () => ({}),
};

import { type JointOperation, nextOfRollBack, nowIso, requestOf, takeStep } from '../../kit';
import { readRotation, type RotationTarget } from '../input';
import { PERMISSION_HINTS } from '../refusals';

/** Stores the values from before as the new ones again. */
export const rollBack: JointOperation<RotationTarget> = {
	repeatSafe: true,
	usesPrevious: true,
	hints: { permission: PERMISSION_HINTS.update },
	read: (parameters) => readRotation(parameters, { needsPrevious: true }),
	carryOut: async (_inputs, store) => await takeStep(store, (seen) => nextOfRollBack(seen, nowIso())),
	plan: (_inputs, seen) => nextOfRollBack(seen, nowIso()),
	request: requestOf,
	shown: () => ({}),
};

import type { TriggerRecord } from '../kit';
import type { ListInput } from './operations/getAll';
import { dx } from './record';

/** DX alone has a true end of a credential, where somebody has entered one. */
export const dxTrigger: TriggerRecord<ListInput> = {
	vendor: dx,
	due: 'expiresAt',
	place: ({ connectionId }) => ({ parentId: connectionId }),
};

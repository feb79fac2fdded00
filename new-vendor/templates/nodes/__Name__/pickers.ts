import { credentialPickerOf } from '../kit';
import { getAll } from './operations/getAll';

/** Every credential of the account. */
export const credentialPicker = credentialPickerOf(getAll, () => ({ id: null }));

import { credentialPickerOf } from '../kit';
import { ALL, getAll } from './operations/getAll';

/** Every credential that the key's user can see. */
export const credentialPicker = credentialPickerOf(getAll, () => ALL);

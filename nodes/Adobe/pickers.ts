import { credentialPickerOf } from '../kit';
import { EVERY_CONFIGURATION, getAll } from './operations/getAll';

/** The configurations of the sandbox; few have a name, so kind and age tell them apart. */
export const configurationPicker = credentialPickerOf(getAll, () => EVERY_CONFIGURATION);

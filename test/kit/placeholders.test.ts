import { CREDENTIAL_BLANKING_VALUE, CREDENTIAL_EMPTY_VALUE } from 'n8n-workflow';

import { isPlaceholder } from '../../nodes/kit/placeholders';

test.each([CREDENTIAL_BLANKING_VALUE, CREDENTIAL_EMPTY_VALUE, ` ${CREDENTIAL_BLANKING_VALUE}\n`, '__n8n_BLANK_VALUE_of-another-version'])(
	'%j is what n8n shows in the place of a value',
	(text) => expect(isPlaceholder(text)).toBe(true),
);

test.each(['', 'secret', '__n8n_', 'n8n_BLANK_VALUE_', 'my__n8n_BLANK_VALUE_', '__N8N_BLANK_VALUE_'])('%j may be a value', (text) =>
	expect(isPlaceholder(text)).toBe(false),
);

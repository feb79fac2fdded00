import { leaves } from './json';

/**
 * Whether a vendor masks secrets in its answers is seldom documented, so every usual way of masking counts: nothing but
 * asterisks or bullets, three or more of them in a row anywhere, or a word such as “[redacted]”. A genuine value that
 * looks like this is only taken for one that is not shown: it is never put back and never called a mismatch.
 */
const MASKS = [/^[*•●]+$/, /[*•●]{3}/, /^\W*(redacted|masked|hidden)\W*$/i];

function isMasked(text: string): boolean {
	return MASKS.some((mask) => mask.test(text.trim()));
}

/** Whether a value, or anything in it, is masked. */
export function holdsMask(value: unknown): boolean {
	return leaves(value).some(isMasked);
}

import { invalidInput } from './failure';
import { MESSAGES } from './messages';
import { say } from './sentences';

/**
 * URL parsers fold a segment `.` or `..` away even when it is percent-encoded, and the request would then reach
 * another endpoint.
 */
const FOLDED_SEGMENTS = new Set(['.', '..']);

/**
 * Joins path segments below `prefix`, percent-encoding each, so that an id with `/`, `?`, `#` or unicode stays inside
 * its own segment. Throws a `Failure` (`invalidInput`) for an id that no encoding can carry.
 */
export function pathTo(prefix: string, ...segments: string[]): string {
	return [prefix, ...segments.map(encodeSegment)].join('/');
}

function encodeSegment(segment: string): string {
	if (segment === '' || FOLDED_SEGMENTS.has(segment)) {
		throw invalidInput(say(MESSAGES.input.unusableId, { id: segment }));
	}
	try {
		return encodeURIComponent(segment);
	} catch {
		throw invalidInput(say(MESSAGES.input.halfCharacter));
	}
}

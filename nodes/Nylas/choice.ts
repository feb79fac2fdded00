import { invalidInput } from '../shared/failure';
import { requireText } from '../shared/parameters';

/** A parameter with a list of choices takes expressions, so any value may arrive. Throws a `Failure` (`invalidInput`). */
export function requireChoice<T extends string>(known: readonly T[], value: unknown, label: string): T {
	const text = requireText(value, label);
	const found = known.find((each) => each === text);
	if (found !== undefined) return found;
	throw invalidInput(
		`“${label}” must be one of ${known.join(', ')}. Choose one, or check what its expression yields.`,
	);
}

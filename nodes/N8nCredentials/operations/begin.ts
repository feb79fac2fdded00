import {
	asObject,
	beginRotation,
	generateSecret,
	type HeldValues,
	invalidInput,
	type JointOperation,
	lengthOf,
	newMark,
	nextOfBegin,
	optionalPlace,
	type Parameters,
	PLACE_LABELS,
	readRecipe,
	requestOf,
	requireText,
	say,
	type SecretRecipe,
	withEntries,
	withPairs,
} from '../../kit';
import { NEW_VALUES, readRotation, type RotationTarget } from '../input';
import { reasonAgainstMaking } from '../kinds';
import { MESSAGES } from '../messages';
import { PERMISSION_HINTS } from '../refusals';

interface BeginInput extends RotationTarget {
	/** How each value is made, by its name. */
	recipes: ReadonlyMap<string, SecretRecipe>;
	/** The key that they are stored under; `null`: as single values. */
	key: string | null;
	/** The vendor that the key is one of, where values are grouped so. */
	group: string | null;
}

/** How the stored secret is called in sentences: by its selector, for its name is not known here. */
const LABEL = 'New Secret';

/** Makes new values, and stores them and those from before. */
export const begin: JointOperation<BeginInput> = {
	repeatSafe: true,
	usesPrevious: true,
	hints: { permission: PERMISSION_HINTS.update },
	read: readInput,
	carryOut: async (inputs, store) => await beginRotation(store, newMark(), (inForce) => valuesAfter(inForce, inputs)),
	plan: (inputs, seen) => nextOfBegin(seen, { mark: newMark(), inForce: seen.new.values, values: valuesAfter(seen.new.values, inputs) }),
	request: requestOf,
	shown: ({ recipes }) => ({ generated: [...recipes].map(([name, recipe]) => ({ name, kind: recipe.kind, length: lengthOf(recipe) })) }),
};

function readInput(parameters: Parameters): BeginInput {
	const target = readRotation(parameters, { needsPrevious: true });
	const recipes = readRecipes(parameters.get('generated'));
	const key = optionalPlace(parameters.get('key'), PLACE_LABELS.key);
	const group = optionalPlace(parameters.get('keyVendor'), PLACE_LABELS.group);
	if (group !== null && key === null) throw invalidInput(say(MESSAGES.keyMissing));
	return { ...target, recipes, key, group, changed: [...recipes.keys()] };
}

function readRecipes(given: unknown): Map<string, SecretRecipe> {
	const { values } = asObject(given);
	const recipes = new Map<string, SecretRecipe>();
	for (const row of Array.isArray(values) ? values.map(asObject) : []) {
		const name = requireText(row.name, `${NEW_VALUES}: Name`).trim();
		if (name === '') throw invalidInput(say(MESSAGES.blankName, { label: NEW_VALUES }));
		if (recipes.has(name)) throw invalidInput(say(MESSAGES.nameTwice, { label: NEW_VALUES, name }));
		const reason = reasonAgainstMaking(name);
		if (reason !== null) throw invalidInput(say(MESSAGES.notMadeHere, { label: NEW_VALUES, name, reason }));
		recipes.set(name, readRecipe(row));
	}
	if (recipes.size > 0) return recipes;
	throw invalidInput(say(MESSAGES.noValues, { label: NEW_VALUES }));
}

/** What the stored secret holds with a new value for each that an item asks for. Throws a `Failure` (`invalidInput`). */
function valuesAfter(inForce: HeldValues, inputs: readonly BeginInput[]): HeldValues {
	const made = inputs.map(({ key, group, recipes }) => ({ key, group, values: new Map([...recipes].map(([name, recipe]) => [name, generateSecret(recipe)])) }));
	const [only, ...others] = made;
	if (only!.key === null && others.length === 0) return withPairs(inForce, only!.values, LABEL);
	const keys = made.map(({ key, group }) => {
		if (key === null) throw invalidInput(say(MESSAGES.keyForEach, { count: made.length }));
		return JSON.stringify([group, key]);
	});
	if (new Set(keys).size < keys.length) throw invalidInput(say(MESSAGES.sameKey));
	return withEntries(inForce, made as Array<(typeof made)[number] & { key: string }>, LABEL);
}

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
	readRecipe,
	requireText,
	type SecretRecipe,
	withEntries,
	withPairs,
} from '../../kit';
import { NEW_VALUES, readRotation, requestFor, type RotationTarget } from '../input';
import { reasonAgainstMaking } from '../kinds';
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
	request: requestFor,
	shown: ({ recipes }) => ({ generated: [...recipes].map(([name, recipe]) => ({ name, kind: recipe.kind, length: lengthOf(recipe) })) }),
};

function readInput(parameters: Parameters): BeginInput {
	const target = readRotation(parameters, { needsPrevious: true });
	const recipes = readRecipes(parameters.get('generated'));
	const key = optionalPlace(parameters.get('key'), 'Key');
	const group = optionalPlace(parameters.get('keyVendor'), 'Key Vendor');
	if (group !== null && key === null) throw invalidInput('“Key Vendor” is filled in, and “Key” is not. Fill in both, or neither.');
	return { ...target, recipes, key, group, changed: [...recipes.keys()] };
}

function readRecipes(given: unknown): Map<string, SecretRecipe> {
	const { values } = asObject(given);
	const recipes = new Map<string, SecretRecipe>();
	for (const row of Array.isArray(values) ? values.map(asObject) : []) {
		const name = requireText(row.name, `${NEW_VALUES}: Name`).trim();
		if (name === '') throw invalidInput(`“${NEW_VALUES}: Name” holds nothing but blanks. Enter the name under which the value is stored.`);
		if (recipes.has(name)) throw invalidInput(`“${NEW_VALUES}” has the name “${name}” twice. Remove one of them.`);
		const reason = reasonAgainstMaking(name);
		if (reason !== null) throw invalidInput(`“${NEW_VALUES}” has the name “${name}”, and a value for it cannot be made here: ${reason}. Get it there, and store it by hand.`);
		recipes.set(name, readRecipe(row));
	}
	if (recipes.size > 0) return recipes;
	throw invalidInput(`“${NEW_VALUES}” is empty. Add a value that is to be made, or check its expression.`);
}

/** What the stored secret holds with a new value for each that an item asks for. Throws a `Failure` (`invalidInput`). */
function valuesAfter(inForce: HeldValues, inputs: readonly BeginInput[]): HeldValues {
	const made = inputs.map(({ key, group, recipes }) => ({ key, group, values: new Map([...recipes].map(([name, recipe]) => [name, generateSecret(recipe)])) }));
	const [only, ...others] = made;
	if (only!.key === null && others.length === 0) return withPairs(inForce, only!.values, LABEL);
	const keys = made.map(({ key, group }) => {
		if (key === null) throw invalidInput(`“Key” is empty, and this run has ${made.length} items, whose values would overwrite each other. Fill it in for each.`);
		return JSON.stringify([group, key]);
	});
	if (new Set(keys).size < keys.length) throw invalidInput('“Key” is the same for two items of this run, so that one would overwrite the value of the other. Give each its own.');
	return withEntries(inForce, made as Array<(typeof made)[number] & { key: string }>, LABEL);
}

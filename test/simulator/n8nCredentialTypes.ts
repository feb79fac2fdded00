import { runInNewContext } from 'node:vm';

type Json = Record<string, unknown>;

/** Releases of n8n that differ in what they take. */
export type Release = '2.41' | '2.8';

/** One field of a credential type, as far as n8n's public API goes by it. */
interface Property {
	name: string;
	/** n8n's own word; only `string`, `number` and `boolean` are checked, and the values of `options`. */
	type: 'string' | 'number' | 'boolean' | 'options' | 'json' | 'notice' | 'hidden';
	required?: true;
	/** Masked in the editor. */
	isSecret?: true;
	values?: readonly string[];
	/** Other fields by name, and the values of them with which this one is shown. */
	show?: Record<string, readonly unknown[]>;
	/** The first of the two releases that has it; both when absent. */
	since?: Release;
}

export interface CredentialType {
	properties: readonly Property[];
	/** Whether n8n can test such a credential. */
	isTested: boolean;
	/** What a request that uses such a credential is signed with, out of the values in use. */
	signs(data: Json): Record<string, string>;
}

/** What n8n adds to every type that signs requests; 2.8 to those only that are loaded when it starts, which n8n's own are not. */
const DOMAIN_RESTRICTION: readonly Property[] = [
	{ name: 'allowedHttpRequestDomains', type: 'options', values: ['all', 'domains', 'none'], since: '2.41' },
	{ name: 'allowedDomains', type: 'string', show: { allowedHttpRequestDomains: ['domains'] }, since: '2.41' },
];

const REGISTERED = { useDynamicClientRegistration: [false] };
const WITH_USER = { grantType: ['authorizationCode', 'pkce'], ...REGISTERED };
const IN_BODY = { grantType: ['clientCredentials'], authentication: ['body'], ...REGISTERED };

/** The fixed pairs of this package's own type. */
const PAIRS = Array.from({ length: 10 }, (_, index): readonly Property[] => [
	{ name: `name${index + 1}`, type: 'string' },
	{ name: `value${index + 1}`, type: 'string', isSecret: true },
]).flat();

/** Some of n8n's own types, and one of this package, with all their fields, in their order. */
export const CREDENTIAL_TYPES: Readonly<Record<string, CredentialType>> = {
	githubApi: {
		properties: [
			{ name: 'server', type: 'string' },
			{ name: 'user', type: 'string' },
			{ name: 'accessToken', type: 'string', isSecret: true },
			...DOMAIN_RESTRICTION,
		],
		isTested: true,
		signs: ({ accessToken }) => ({ authorization: `token ${text(accessToken)}` }),
	},
	httpBasicAuth: {
		properties: [
			{ name: 'user', type: 'string' },
			{ name: 'password', type: 'string', isSecret: true },
			...DOMAIN_RESTRICTION,
		],
		isTested: false,
		signs: ({ user, password }) => ({ authorization: `Basic ${Buffer.from(`${text(user)}:${text(password)}`).toString('base64')}` }),
	},
	httpHeaderAuth: {
		properties: [
			{ name: 'name', type: 'string' },
			{ name: 'value', type: 'string', isSecret: true },
			{ name: 'useCustomAuth', type: 'notice' },
			...DOMAIN_RESTRICTION,
		],
		isTested: false,
		signs: ({ name, value }) => ({ [text(name).toLowerCase()]: text(value) }),
	},
	oAuth2Api: {
		properties: [
			{ name: 'useDynamicClientRegistration', type: 'hidden' },
			{ name: 'grantType', type: 'options', values: ['authorizationCode', 'clientCredentials', 'pkce'], show: REGISTERED },
			{ name: 'serverUrl', type: 'string', required: true, show: { useDynamicClientRegistration: [true] } },
			{ name: 'authUrl', type: 'string', required: true, show: WITH_USER },
			{ name: 'accessTokenUrl', type: 'string', required: true, show: REGISTERED },
			{ name: 'clientId', type: 'string', required: true, show: REGISTERED },
			{ name: 'clientSecret', type: 'string', required: true, isSecret: true, show: REGISTERED },
			{ name: 'scope', type: 'string', show: REGISTERED },
			{ name: 'authQueryParameters', type: 'string', show: WITH_USER },
			{ name: 'authentication', type: 'options', values: ['body', 'header'], show: REGISTERED },
			{ name: 'sendAdditionalBodyProperties', type: 'boolean', show: IN_BODY },
			{ name: 'additionalBodyProperties', type: 'json', show: { ...IN_BODY, sendAdditionalBodyProperties: [true] } },
			{ name: 'ignoreSSLIssues', type: 'boolean' },
			{ name: 'tokenExpiredStatusCode', type: 'number', since: '2.41' },
			{ name: 'jweEnabled', type: 'boolean', since: '2.41' },
			{ name: 'jwksUri', type: 'string', show: { jweEnabled: [true] }, since: '2.41' },
			{ name: 'inlineJwks', type: 'boolean', show: { jweEnabled: [true], useDynamicClientRegistration: [true] }, since: '2.41' },
			...DOMAIN_RESTRICTION,
			{ name: 'oauthTokenData', type: 'json', isSecret: true },
		],
		isTested: false,
		signs: ({ oauthTokenData }) => ({ authorization: `Bearer ${text((oauthTokenData as Json | undefined)?.access_token)}` }),
	},
	openAiApi: {
		properties: [
			{ name: 'apiKey', type: 'string', required: true, isSecret: true },
			{ name: 'organizationId', type: 'string' },
			{ name: 'url', type: 'string' },
			{ name: 'header', type: 'boolean' },
			{ name: 'headerName', type: 'string', show: { header: [true] } },
			{ name: 'headerValue', type: 'string', isSecret: true, show: { header: [true] } },
			...DOMAIN_RESTRICTION,
		],
		isTested: true,
		signs: ({ apiKey }) => ({ authorization: `Bearer ${text(apiKey)}` }),
	},
	rotationPreviousSecretApi: {
		properties: [{ name: 'examplesNotice', type: 'notice' }, ...PAIRS, { name: 'valuesJson', type: 'string', isSecret: true }, { name: 'probe', type: 'string' }],
		isTested: false,
		signs: () => ({}),
	},
	rotationSecretApi: {
		properties: [{ name: 'examplesNotice', type: 'notice' }, ...PAIRS, { name: 'valuesJson', type: 'string', isSecret: true }, { name: 'rotation', type: 'string' }],
		isTested: false,
		signs: () => ({}),
	},
	smtp: {
		properties: [
			{ name: 'user', type: 'string' },
			{ name: 'password', type: 'string', isSecret: true },
			{ name: 'host', type: 'string' },
			{ name: 'port', type: 'number' },
			{ name: 'secure', type: 'boolean' },
			{ name: 'disableStartTls', type: 'boolean', show: { secure: [false] } },
			{ name: 'hostName', type: 'string' },
		],
		isTested: true,
		signs: () => ({}),
	},
};

/** A field that is not there is an empty one. */
function text(value: unknown): string {
	return value === undefined ? '' : String(value);
}

// The schema of a type, and what it makes of data

interface Schema {
	additionalProperties?: false;
	type?: string;
	enum?: readonly unknown[];
	properties?: Record<string, Schema>;
	allOf?: Schema[];
	required?: string[];
	not?: Schema;
	if?: Schema;
	then?: Schema;
	else?: Schema;
}

/**
 * What `GET /credentials/schema/{type}` answers. A condition is known by the first field that it names and the first value
 * of that; n8n overlooks the others.
 */
export function schemaOf({ properties }: CredentialType, release: Release): Schema {
	const visible = properties.filter(({ type, since = release }) => type !== 'hidden' && since === release);
	const conditions = new Map<string, { if: Schema; then: { allOf: Schema[] }; else?: { allOf: Schema[] } }>();
	for (const { name, required, show } of visible) {
		if (show === undefined) continue;
		const [field, [value]] = Object.entries(show)[0]! as [string, unknown[]];
		const key = `${field}:${JSON.stringify(value)}`;
		const holds: Schema = { properties: { [field]: { enum: [value] } } };
		const condition =
			conditions.get(key) ??
			(release === '2.8' ? { if: holds, then: { allOf: [] }, else: { allOf: [] } } : { if: { ...holds, required: [field] }, then: { allOf: [] } });
		conditions.set(key, condition);
		if (release === '2.8' || required) condition.then.allOf.push({ required: [name] });
		condition.else?.allOf.push({ not: { required: [name] } });
	}
	const allOf = [...conditions.values()].filter(({ then }) => then.allOf.length > 0);
	return {
		additionalProperties: false,
		type: 'object',
		properties: Object.fromEntries(
			visible.map(({ name, type, values }) => [name, values === undefined ? { type } : { type: 'string', enum: values }]),
		),
		...(allOf.length > 0 ? { allOf } : {}),
		required: visible.filter(({ required, show }) => required && show === undefined).map(({ name }) => name),
	};
}

/** What one keyword of a schema has against a value, in the words of n8n's validator; others are not in these schemas. */
const KEYWORDS: { [K in keyof Schema]: (value: unknown, rule: NonNullable<Schema[K]>, schema: Schema) => string[] } = {
	additionalProperties: (value, _rule, { properties = {} }) =>
		keysOf(value)
			.filter((key) => !Object.hasOwn(properties, key))
			.map((key) => `is not allowed to have the additional property ${JSON.stringify(key)}`),
	type: (value, type) =>
		['string', 'number', 'boolean'].includes(type) && typeof value !== type ? [`is not of a type(s) ${type}`] : [],
	enum: (value, values) => (values.includes(value) ? [] : [`is not one of enum values: ${values.join(',')}`]),
	properties: (value, schemas) =>
		Object.entries(schemas).flatMap(([name, schema]) => (keysOf(value).includes(name) ? complaints((value as Json)[name], schema) : [])),
	allOf: (value, schemas) =>
		schemas.flatMap((schema, index) => {
			const inside = complaints(value, schema);
			if (inside.length === 0) return [];
			return [`does not match allOf schema [subschema ${index}] with ${inside.length} error[s]:`, ...inside];
		}),
	required: (value, names) =>
		names.filter((name) => !keysOf(value).includes(name)).map((name) => `requires property ${JSON.stringify(name)}`),
	not: (value, schema) => (complaints(value, schema).length === 0 ? ['is of prohibited type [object Object]'] : []),
	if: (value, condition, { then = {}, else: otherwise = {} }) =>
		complaints(value, complaints(value, condition).length === 0 ? then : otherwise),
};

/** Everything that a schema has against a value, in the order of its keywords. */
export function complaints(value: unknown, schema: Schema): string[] {
	return Object.entries(schema).flatMap(([keyword, rule]) => {
		const check = KEYWORDS[keyword as keyof Schema] as ((value: unknown, rule: unknown, schema: Schema) => string[]) | undefined;
		return check?.(value, rule, schema) ?? [];
	});
}

function keysOf(value: unknown): string[] {
	return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
}

// Values in use

/** What becomes of a stored value when the credential is used: a text that begins with `=` is an expression. */
export function valueInUse(stored: unknown): unknown {
	if (typeof stored !== 'string' || !stored.startsWith('=')) return stored;
	const parts = stored.slice(1).split(/\{\{([^]*?)\}\}/);
	// Texts and code take turns.
	if (parts.length === 3 && parts[0] === '' && parts[2] === '') return evaluated(parts[1]!);
	return parts.map((part, index) => (index % 2 === 0 ? part : String(evaluated(part) ?? ''))).join('');
}

/** As n8n does: what cannot be evaluated yields nothing. */
function evaluated(code: string): unknown {
	try {
		return runInNewContext(`(${code})`, {}, { timeout: 1_000 }) as unknown;
	} catch {
		return undefined;
	}
}

import communityNodes from '@n8n/eslint-plugin-community-nodes';
import n8nNodesBase from 'eslint-plugin-n8n-nodes-base';
import tseslint from 'typescript-eslint';

/**
 * Two worlds. What ships (`nodes/`, `credentials/`, `package.json`) keeps n8n's rules for verified community nodes:
 * the cloud-compatible set, and the rule sets of n8n-nodes-base with the same exceptions as n8n's own scanner. The rest
 * (tests, demo) keeps the TypeScript rules, type-aware ones included.
 */
const SHIPPED = ['nodes/**/*.ts', 'credentials/**/*.ts'];
const MANIFEST = ['package.json'];

/** Files of the kit that reach into the engine on behalf of vendors and credential types; the index lists what they export. */
const ENTRY_POINTS = ['node', 'credential', 'redaction'];

/**
 * The border between vendors, kit and engine: a vendor knows the kit and nothing else, by its index; a credential type also
 * the paths of its vendor; the engine is reached by the kit's entry points alone, and knows neither those nor the index.
 */
const KIT_ONLY = [
	{ caseSensitive: true, regex: '/engine(/|$)', message: 'The engine is private: import from the kit, or have its index offer what is missing.' },
	{ caseSensitive: true, regex: '/kit/.', message: 'Import from the index of the kit.' },
];
const BORDER = [
	{ files: ['nodes/[A-Z]*/**/*.ts'], patterns: [...KIT_ONLY, { caseSensitive: true, regex: '^(\\.\\./)+[A-Z]', message: 'A vendor knows no other vendor.' }] },
	{
		files: ['credentials/**/*.ts'],
		patterns: [...KIT_ONLY, { caseSensitive: true, regex: '/nodes/[A-Z]\\w*/(?!paths$)', message: 'Of a vendor, a credential type knows its paths alone.' }],
	},
	{
		files: ['nodes/kit/**/*.ts'],
		ignores: ENTRY_POINTS.map((name) => `nodes/kit/${name}.ts`),
		patterns: [
			{ caseSensitive: true, regex: '/engine(/|$)', message: `Only ${ENTRY_POINTS.join(', ')} reach into the engine.` },
			{ caseSensitive: true, regex: '^\\./(index)?$|^\\.$', message: 'Import the file itself.' },
			{ caseSensitive: true, regex: '^(\\.\\./)+[A-Z]', message: 'The kit knows no vendor.' },
		],
	},
	{
		files: ['nodes/engine/**/*.ts'],
		patterns: [
			{ caseSensitive: true, regex: `/kit(/(index|${ENTRY_POINTS.join('|')}))?$`, message: 'Import the file itself; entry points lead the other way.' },
			{ caseSensitive: true, regex: '^(\\.\\./)+[A-Z]', message: 'The engine knows no vendor.' },
		],
	},
];

export default tseslint.config(
	{ ignores: ['dist/**', 'dist-tools/**', 'test/e2e/dist/**', '.e2e/**', 'coverage/**', 'node_modules/**', 'new-vendor/templates/**', 'new-vendor/additions/**', '**/package-lock.json'] },
	{ linterOptions: { reportUnusedDisableDirectives: 'error' } },
	{ files: [...SHIPPED, ...MANIFEST], linterOptions: { noInlineConfig: true } },

	{ ...communityNodes.configs.recommended, files: [...SHIPPED, ...MANIFEST] },
	{ files: SHIPPED, rules: { 'no-console': 'error' } },
	{
		files: [...SHIPPED, ...MANIFEST],
		plugins: { 'n8n-nodes-base': n8nNodesBase },
	},
	{
		files: MANIFEST,
		languageOptions: { parser: tseslint.parser, parserOptions: { extraFileExtensions: ['.json'] } },
		rules: n8nNodesBase.configs.community.rules,
	},
	{
		files: ['credentials/**/*.ts'],
		rules: {
			...n8nNodesBase.configs.credentials.rules,
			// For n8n's own repository: there the field is a slug, in a community package it is a URL.
			'n8n-nodes-base/cred-class-field-documentation-url-miscased': 'off',
			// The community plugin has a more exact rule.
			'n8n-nodes-base/cred-class-field-type-options-password-missing': 'off',
		},
	},
	{
		files: ['nodes/**/*.ts'],
		rules: {
			...n8nNodesBase.configs.nodes.rules,
			// These two want the string 'main' where n8n's current types have an enum.
			'n8n-nodes-base/node-class-description-inputs-wrong-regular-node': 'off',
			'n8n-nodes-base/node-class-description-outputs-wrong': 'off',
			// A vendor's own maximum is worth enforcing.
			'n8n-nodes-base/node-param-type-options-max-value-present': 'off',
		},
	},

	{
		files: ['**/*.ts'],
		extends: [tseslint.configs.recommended],
		languageOptions: {
			parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
		},
		rules: {
			'@typescript-eslint/consistent-type-imports': 'error',
			'@typescript-eslint/no-floating-promises': 'error',
			'@typescript-eslint/no-misused-promises': 'error',
			'@typescript-eslint/switch-exhaustiveness-check': 'error',
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
		},
	},
	...BORDER.map(({ files, ignores = [], patterns }) => ({
		files,
		ignores,
		rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
	})),
	{
		files: ['test/**/*.ts', 'demo/**/*.ts', 'docs/**/*.ts'],
		rules: {
			// Node files are found in package.json at run time.
			'@typescript-eslint/no-require-imports': 'off',
			// Node's own runner awaits what these return.
			'@typescript-eslint/no-floating-promises': [
				'error',
				{ allowForKnownSafeCalls: [{ from: 'package', package: 'node:test', name: ['describe', 'test'] }] },
			],
		},
	},
);

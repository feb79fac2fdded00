/** n8n's hooks for tests: stable, where classes and texts are not. */
function testId(name: string): string {
	return `[data-test-id="${name}"]`;
}

/** Everything that is known of the editor's pages, in one place. */
export const SELECTORS = {
	addMenu: testId('universal-add'),
	addMenuEntry: testId('navigation-menu-item'),
	canvas: testId('canvas-wrapper'),
	canvasNode: testId('canvas-node'),
	fitToView: testId('zoom-to-fit'),
	executeWorkflow: testId('execute-workflow-button'),
	leaveWithoutSaving: '.el-message-box .btn--cancel',
	closeToast: '.el-notification__closeBtn',

	openNodeCreator: testId('node-creator-plus-button'),
	nodeCreator: testId('node-creator'),
	nodeSearch: testId('node-creator-search-bar'),
	nodeFound: testId('node-creator-item-name'),
	noNodeFound: testId('node-creator-no-results'),

	panel: testId('ndv'),
	closePanel: testId('ndv-close-button'),
	/** At the edges of the panel: what the node is connected with. */
	neighbour: testId('floating-node'),
	parameters: testId('node-parameters'),
	/** Of the panel alone: a collection has a list of its own. */
	topLevelParameters: `${testId('node-parameters')} > div > .parameter-input-list-wrapper >> nth=0`,
	parameter: testId('parameter-item'),
	parameterLabel: `${testId('input-label')} label`,
	notice: '.notice-content',
	addToCollection: testId('collection-parameter-add'),
	addRow: testId('fixed-collection-add'),
	/** Of n8n 2.41, or of 2.8. */
	credentialSlot: `${testId('node-credentials-slot')}, ${testId('credentials-label')}:has(${testId('node-credentials-select')}):not(${testId('node-credentials-slot')} *)`,
	credentialLabel: `${testId('credentials-label')} label`,
	firstCredential: `${testId('node-credentials-empty-state')} button`,
	newCredential: testId('node-credentials-select-item-new'),
	/** What is chosen from a drop-down list, of whatever kind. */
	listOption: '.el-select-dropdown__item',
	locatorMode: testId('rlc-mode-selector'),
	locatorInput: testId('rlc-input'),
	locatorSearch: testId('rlc-search'),
	locatorEntry: testId('rlc-item'),

	execute: testId('node-execute-button'),
	input: testId('ndv-input-panel'),
	output: testId('output-panel'),
	asJson: testId('radio-button-json'),
	json: '.vjs-tree',
	succeeded: testId('node-run-status-success'),
	failureMessage: testId('node-error-message'),
	failureDescription: testId('node-error-description'),

	credentialDialog: testId('editCredential-modal'),
	credentialField: testId('credential-connection-parameter'),
	saveCredential: testId('credential-save-button'),
} as const;

/** The input of a parameter by its path, such as `updateFields.secrets.values[0].name`. */
export function valueOf(path: string): string {
	return `[data-parameter-path="parameters.${path}"]`;
}

import type { Messages } from './sentences';

/** What is said of parameters of the node. Nothing was sent. */
const input = {
	empty: { text: '“{label}” is empty.', cause: 'A field that is needed is empty, or its expression has found nothing.', cure: 'Fill it in, or check that its expression yields a value.' },
	notText: { text: '“{label}” must be text.', cause: 'The expression yields a list, an object or a switch.', cure: 'Check what its expression yields.' },
	inexactNumber: { text: '“{label}” is a number too large to be exact.', cause: 'n8n keeps whole numbers exactly up to 9007199254740991 only.', cure: 'Pass it as text, in quotes, so that no digit is lost.' },
	blankId: { text: '“{label}” holds nothing but blanks.', cause: 'The ID is empty, or its expression has found nothing.', cure: 'Enter the ID that the vendor shows.' },
	brokenId: { text: '“{label}” has a line break or an invisible character inside of the ID.', cause: 'Two IDs stand in one field, or one was copied together with a character that nobody sees.', cure: 'Enter the ID that the vendor shows.' },
	numericId: { text: '“{label}” wants the ID, which is a whole number, and not a name.', cause: 'A name, or another text, stands under “By ID”.', cure: 'Choose “From List” to find it by its name, or enter the number that the vendor shows.' },
	unusableId: { text: '“{id}” cannot be used as an ID.', cause: 'The ID is empty, or is “.” or “..”, which would lead to another address.', cure: 'Enter the ID that the vendor shows.' },
	halfCharacter: { text: 'The ID holds half of a character (a lone surrogate) and cannot be sent.', cause: 'The ID was cut in the middle of a character.', cure: 'Enter it again.' },
	blankPlace: { text: '“{label}” holds nothing but blanks.', cause: 'A field that may be left out says where something goes.', cure: 'Fill it in, or empty the field to do without it.' },
	emptyPlace: { text: '“{label}” has an expression that yields nothing.', cause: 'A field that may be left out says where something goes. Without it, the change would go elsewhere.', cure: 'Check the expression, or empty the field to do without it.' },
	notAChoice: { text: '“{label}” must be one of {known}.', cause: 'The field has a list of choices, and its expression yields another one.', cure: 'Choose one, or check what its expression yields.' },
	unknownChoice: { text: '“{label}” has a value that this node does not know.', cause: 'The workflow was written by hand, or by another version of this package.', cure: 'Open the node and choose one from its list.' },
	notWhole: { text: '“{label}” must be a whole number from {min} to {max}.', cause: 'It is no number, has a fraction, or is out of bounds.' },
	notASwitch: { text: '“{label}” must be true or false.', cause: 'The expression yields something else.', cure: 'Check what its expression yields.' },
	notJson: { text: '“{label}” is not valid JSON.', cause: 'A quote, comma or bracket is missing or too much.', cure: 'Enter an object such as {"key": "value"}.' },
	notAnObject: { text: '“{label}” must be a JSON object such as {"key": "value"}.', cause: 'It is a list, a text or a number.' },
	notWritable: { text: '“{label}” cannot be written as JSON, such as an object that holds itself.', cause: 'The expression yields something that JSON does not know.', cure: 'Check what its expression yields.' },
	tooDeep: { text: '“{label}” is nested more than {levels} levels deep.', cause: 'The expression yields an object in an object, many times over.', cure: 'Check what its expression yields.' },
	inexactInJson: { text: '“{label}” holds a number too large to be exact.', cause: 'JSON has a whole number above 9007199254740991 in it.', cure: 'Put it in quotes, so that no digit is lost.' },
	repeatedKey: { text: '“{label}” has the key “{key}” twice in one object.', cause: 'Of two values for one key, nobody can tell which was meant.', cure: 'Remove one of them.' },
	noDate: { text: '“{label}” is not a date.', cause: 'Year, month or day is missing, or the text is none.', cure: 'Enter one with year, month and day such as 2030-12-31, or an expression that yields such a date.' },
	noEpoch: { text: '“{label}” is not a date: a number counts as one only as the seconds or milliseconds since 1970, from 1990 to 2200.', cause: 'The number counts something else, such as the days of a spreadsheet.', cure: 'Enter one with year, month and day such as 2030-12-31, or an expression that yields such a date.' },
	twoAges: { text: '“{date}” and “{days}” are both under “Filters”, and each sets how old the last change has to be.', cause: 'Both filters are set.', cure: 'Remove one of them.' },
	brokenExpression: { text: 'The expression in the parameter “{name}” could not be evaluated.', cause: 'The expression has a slip, or reads a node that has not run.', cure: 'Open the node and check it.' },
	givenTwice: { text: '“{key}” is given twice, {where}.', cause: 'The same name stands in two rows, or in a row and in JSON.', cure: 'Remove one of them.' },
	noRows: { text: '“{label}” is empty.', cause: 'The field was added, and nothing was entered in it.', cure: 'Add a name and its value, or remove the field.' },
} as const satisfies Messages;

/** What is said of a secret that cannot be sent. Nothing was sent. */
const secret = {
	emptyLeaf: { text: '“{label}” is empty.', cause: 'A secret in JSON, or in a row, has no value. Vendors would store that, or keep the old one.', cure: 'Fill it in, check its expression, or remove the field.' },
	blank: { text: '“{label}” holds nothing but blanks.', cause: 'The secret is made of blanks and line ends.', cure: 'Fill it in, or check what its expression yields.' },
	placeholder: { text: '“{label}” holds the placeholder that n8n shows for a hidden value, and not the value.', cause: 'A credential was created again from what n8n shows of it (__n8n_BLANK_VALUE_…).', cure: 'Enter the value itself.' },
	expressionText: { text: '“{label}” holds the text of an expression, and not what the expression yields.', cause: 'The field is not switched to Expression.', cure: 'Switch the field in which it stands to Expression, or enter the value itself.' },
	failedWord: { text: '“{label}” holds the text “{word}”, which an expression yields when it finds no text.', cause: 'The expression reads something that is not there, or is an object.', cure: 'Check the expression.' },
	keyCutOff: { text: '“{label}” has a key that is cut off: its BEGIN or its END line is not whole.', cause: 'Not all of the key was copied.', cure: 'Enter the key from BEGIN to END.' },
	keyForeign: { text: '“{label}” has something inside of its key that does not belong there.', cause: 'Other characters have come between the lines of the key.', cure: 'Copy the key again, from BEGIN to END.' },
	keyUnusable: { text: '“{label}” looks like a key and cannot be read as one.', cause: 'A part of the key is missing, or was changed.', cure: 'Copy the whole key again, or export it once more.' },
	keySeveral: { text: '“{label}” holds several key blocks, and one private key is wanted.', cause: 'A certificate, or another key, was copied along.', cure: 'Leave only that one.' },
	keyPublic: { text: '“{label}” holds a public key or a certificate.', cause: 'A private key is wanted here.', cure: 'Enter the private key.' },
	keyNone: { text: '“{label}” is no private key with BEGIN and END lines.', cause: 'A private key is wanted here.', cure: 'Enter the whole key, from BEGIN to END.' },
} as const satisfies Messages;

/** What is said of stored secrets: credentials of the types Rotation Secret API and Rotation Previous Secret API. Nothing was sent. */
const stored = {
	noneChosen: { text: 'A secret is to be sent, and none is chosen.', cause: 'The selector is empty, or its credential was deleted.', cure: 'Choose a stored secret under “{selector}” at the top of the node, or {way}.' },
	typed: { text: 'fill in {fields}', cause: 'How a secret is given where “Secret Source” is Fields.', isPart: true, fills: 'ways' },
	chosenBefore: { text: 'choose a stored secret under “{selector}”', cause: 'How it is given where that is Secret Before.', isPart: true, fills: 'ways' },
	chosenNew: { text: 'choose a stored secret under “{selector}”, or set “Secret Source” to Fields and fill in {fields}', cause: 'How it is given where that is Stored Secret.', isPart: true, fills: 'ways' },
	asFields: { text: 'set “Secret Source” to Fields', cause: 'A way to go on after the message above.', isPart: true, fills: 'way' },
	unusable: { text: 'The stored secret “{label}” cannot be used.', cause: 'It was deleted, is not shared with this workflow, or an expression in it cannot be evaluated.', cure: 'Check the expressions in it, or choose another one under “{selector}” at the top of the node.' },
	chosenUnusable: { text: 'The stored secret under “{selector}” cannot be used.', cause: 'It was deleted, is not shared with this workflow, or an expression in it cannot be evaluated.', cure: 'Check the expressions in it, or choose another one at the top of the node.' },
	empty: { text: 'The stored secret “{label}” is empty.', cause: 'Neither a pair nor “Values (JSON)” is filled in.', cure: 'Enter the name and the value of at least one field in it{otherwise}.' },
	orAnother: { text: ', or choose another one under “{selector}”', cause: 'How the sentence above goes on in a node.', isPart: true, fills: 'otherwise' },
	pairsAndJson: { text: 'The stored secret “{label}” has both pairs and “Values (JSON)”.', cause: 'Which of the two is meant, nobody can tell.', cure: 'Empty the one or the other.' },
	noName: { text: 'The stored secret “{label}” has a value without a name.', cause: 'A value stands beside an empty field for its name.', cure: 'Fill in “Field {place}”.' },
	nameTwice: { text: 'The stored secret “{label}” has the name “{name}” twice.', cause: 'Two pairs have the same name.', cure: 'Remove one of them.' },
	noValueFor: { text: 'The stored secret “{label}” has no value for {missing}. It has {present}.', cause: 'Another stored secret is chosen than the one that is meant for this, or a value in it has another name than the vendor’s field.', cure: 'Choose another one under “{selector}”, or add {missing} to this one.' },
	emptyValueFor: { text: 'The stored secret “{label}” has no value for {missing}. It has {present}.', cause: 'The name is there, and the value beside it is empty.', cure: 'Add what is missing, or remove the name.' },
	nothingMeant: { text: 'The stored secret “{label}” has no value under {wanted}. It has {present}.', cause: 'Values of other names are meant for other vendors, and are not sent.', cure: 'Rename the field to one of these names, or choose another stored secret under “{selector}”.' },
	emptyNames: { text: 'The stored secret “{label}” has no value for {names}.', cause: 'The name is there, and the value beside it is empty.', cure: 'Fill it in, or remove the name.' },
	wholeAndParts: { text: 'The stored secret “{label}” has “{whole}”, which is the whole, and {parts} as well.', cause: 'The same secret is stored as a whole and in parts.', cure: 'Remove the one or the other.' },
	noKeyAfterDot: { text: 'The stored secret “{label}” has the name “{name}” without a key after the dot.', cause: 'The name of the secret at the vendor is missing.', cure: 'Add it, or remove the name.' },
	sameKeyTwice: { text: 'The stored secret “{label}” has {names}, which mean the same.', cause: 'The same secret is stored under two names.', cure: 'Remove one of them.' },
	correctStored: { text: 'Correct {names} in the stored secret “{label}”, or choose another one.', cause: 'Where a secret that was refused is corrected, unless it was typed.', isPart: true, fills: 'correction' },
	correctTyped: { text: 'Correct it under {fields}.', cause: 'Where it is corrected that was typed.', isPart: true, fills: 'correction' },
	twoSpellings: { text: 'The stored secret “{label}” has two entries for this credential under {place}: its ID in upper and in lower case.', cause: 'A UUID stands there in both spellings.', cure: 'Remove one of them.' },
	idAndName: { text: 'The stored secret “{label}” has two entries for this credential under {place}: one by its ID, and one by its name.', cause: 'Which of the two is meant, nobody can tell.', cure: 'Remove one of them.' },
	noEntry: { text: 'The stored secret “{label}” has no entry for this credential under {place}, which has {entries}.', cause: 'No key there is the ID of the credential, or “name:” and its name.', cure: 'Add one under the credential’s ID, or under “name:” and its name.' },
	noEntryForAgent: { text: 'The stored secret “{label}” has no entry for this credential under {place}, which has {entries}.', cause: 'For an AI agent, entries by name do not count.', cure: 'Add one under the credential’s ID: for an AI agent, only that counts.' },
	noEntryForNew: { text: 'The stored secret “{label}” has no entry for the new credential under {place}, which has {entries}.', cause: 'A new credential has no ID yet, so its entry goes by its name.', cure: 'Add one under “name:” and the new name.' },
	newNameAsId: { text: 'The stored secret “{label}” has no entry for the new credential under {place}, which has {entries}.', cause: 'A key without “name:” before it is an ID.', cure: 'One has the new name as its key, which counts as an ID: write “name:” before it.' },
	namelessNew: { text: 'The stored secret “{label}” has no entry for the new credential under {place}, which has {entries}.', cause: 'A new credential without a name cannot be told from others.', cure: 'Give the new credential a name, and add an entry under “name:” and that name.' },
	noObject: { text: 'The stored secret “{label}” has an entry under “Values (JSON)” that is not an object.', cause: 'A value stands there without the name of its field.', cure: 'Write {shape}.' },
	oneSetForMany: { text: 'The stored secret “{label}” has one set of values, and this run has {count} credentials for it.', cause: 'One secret in many places is one leak in many places, and mostly not meant.', cure: 'Store a set for each under “Values (JSON)”, or turn on “Same Secret For All Items” in the options.' },
	sameAsBefore: { text: '“{stored}” and “{previous}” hold the same values for this credential, so nothing was changed.', cause: 'The new secret is the one from before.', cure: 'Store the new values in “{stored}”, or those from before in “{previous}”.' },
	beforeForNew: { text: '“Secret Before” under “Secret Source” is for updates only.', cause: 'A new credential has no secret from before.', cure: 'Choose another source for a new credential.' },
	tooMany: { text: 'The stored secret “{label}” has places for {places} values, and with the new ones there would be {count}.', cause: 'Begin makes more values than there are places.', cure: 'Remove what is not needed any more, or give each a key.' },
	emptyInTest: { text: 'No value is filled in for {names}.', cause: 'The test of the credential has found a name without a value.', cure: 'Fill it in, or remove the name.' },
	holds: { text: 'Holds {what}', cause: 'The test of the credential says what is stored, by name alone.' },
} as const satisfies Messages;

/** What is said to AI agents, and to whoever lets them use a node. Nothing was sent. */
const agent = {
	notForAgents: { text: '“{option}” cannot be used when an AI agent calls this node as a tool.', cause: 'The option would show vendor text or a secret to the model.', cure: 'Remove it from the options.' },
	noDelete: { text: 'An AI agent may delete a credential only when “Allow Delete From Agent” is switched on in the options of this node.', cause: 'It is off, or an expression, which counts as off.' },
	noChange: { text: 'An AI agent may change something at {vendor} only when “Allow Changes From Agent” is switched on in the options of this node.', cause: 'It is off, or an expression, which counts as off.' },
	noSecret: { text: 'An AI agent cannot hand over a secret.', cause: 'n8n would store it with the execution, and the provider of the model would see it.', cure: 'Set “Secret Source” to Stored Secret, or switch on “Allow Secrets From Agent” in the options of this node.' },
	noCreate: { text: 'An AI agent cannot create a credential with a stored secret, which nothing binds to one that has no ID yet.', cause: 'The agent could name any place for the secret.', cure: 'Create it outside of the agent; the agent can update it then, by its ID.' },
	unbound: { text: 'The stored secret “{label}” has one set of values, which an AI agent could give to any credential.', cause: 'Pairs are bound to no credential.', cure: 'Move them to “Values (JSON)”, under the ID of the credential.' },
} as const satisfies Messages;

/** What is said of the credential that a node signs in with. */
const credential = {
	none: { text: 'This node has no usable credential.', cause: 'None is chosen, or it was deleted or is not shared with this workflow.', cure: 'Open the node and choose a credential in the field at its top.' },
	brokenExpression: { text: 'An expression in the node’s credential could not be evaluated for this item.', cause: 'The expression has a slip, or the item lacks what it reads.', cure: 'Open the credential, check its expressions, and what the item brings for them.' },
	notAUrl: { text: '“{field}” of the credential is not a URL.', cause: 'The scheme is missing, or the text is none.', cure: 'Enter one such as https://api.example.com.' },
	notHttps: { text: '“{field}” of the credential must begin with https://, so that secrets travel encrypted.', cause: 'Plain http is taken for this machine alone.' },
	notHttpsHere: { text: '“{field}” of the credential must begin with https://, so that secrets travel encrypted.', cause: 'Plain http is taken for this machine alone.', cure: 'Inside of a network that you trust, you can turn on “Allow Plain HTTP” there instead.' },
	userInfo: { text: '“{field}” of the credential must not hold a user name or password.', cause: 'The URL has “user:password@” in it.', cure: 'Enter them in their own fields.' },
	afterPath: { text: '“{field}” of the credential must end with its path.', cause: 'The URL has a query or a fragment.', cure: 'Remove what follows “?” or “#”.' },
	doubledPath: { text: '“Base URL” of the credential ends with “{path}”, which this node adds by itself.', cause: 'The URL was copied together with the beginning of the API’s paths.', cure: 'Remove that from its end.' },
	emptyField: { text: '“{field}” of the credential is empty.', cause: 'A field that is needed is empty.', cure: 'Fill it in and save the credential.' },
	lineBreak: { text: '“{field}” of the credential holds a line break.', cause: 'Two lines were pasted, or a tab.', cure: 'Paste it again, in one line.' },
	noHeader: { text: '“{field}” of the credential holds a character that no header can carry.', cause: 'A quote, a dash or an invisible character has come along.', cure: 'Paste it again, from where it was issued.' },
	placeholder: { text: '“{field}” of the credential holds the placeholder that n8n shows for a hidden value.', cause: 'A credential was created again from what n8n shows of it (__n8n_BLANK_VALUE_…).', cure: 'Enter the value itself and save the credential.' },
	unusableHeader: { text: 'A field of the credential holds a character that no header can carry, such as a line break.', cause: 'A character has come along when it was pasted.', cure: 'Enter it again.' },
	otherHost: { text: 'The request would have taken the credential to another host than its own base URL, so it was not sent.', cause: 'n8n’s HTTP Request node uses the credential for another address.', cure: 'Use a URL that begins with the base URL of the credential.' },
	refusedBefore: { text: '{vendor} did not accept the node’s credential a short while ago, so this item was not sent. The same key is tried again from {until} on, a changed one at once.', cause: 'Some vendors block an address after many refusals, so a refused key rests for five minutes.' },
} as const satisfies Messages;

/** What is said where an access token could not be had (sign-ins by client ID and secret). */
const signIn = {
	refused: { text: 'No access token: the sign-in was refused ({detail}).', cause: 'The sign-in host does not know the client, or not with this secret.', cure: 'Check client ID and client secret of the credential, and its scopes where it has them.' },
	unusable: { text: 'No access token: the sign-in host gave out one that is refused or has expired.', cause: 'The new token is no better than the one before.', cure: 'Check that the credential’s account has the permissions that it needs, and the clock of this machine.' },
	throttled: { text: 'No access token: the sign-in was throttled ({detail}).', cause: 'The sign-in host has had too many requests.', cure: '{wait}' },
	unavailable: { text: 'No access token: the sign-in host is not available ({detail}).', cause: 'The sign-in host answers with a fault of its own.', cure: '{wait}' },
	byOther: { text: 'No access token: the answer of the sign-in host was not understood ({detail}). A proxy or gateway on the way may have given it.', cause: 'The answer does not have the form of a refusal.', cure: 'Check the sign-in URL of the credential and, where n8n goes through a proxy, that this lets it through.' },
	notUnderstood: { text: 'No access token: the answer of the sign-in host was not understood ({detail}).', cause: 'The sign-in URL leads to something else.', cure: 'Check the sign-in URL of the credential.' },
	tooLarge: { text: 'No access token: the answer of the sign-in host was not understood: it was larger than 5 MB.', cause: 'The sign-in URL leads to something else.', cure: 'Check the sign-in URL of the credential.' },
	broken: { text: 'No access token: the connection to the sign-in host broke.', cause: 'The network was interrupted.', cure: 'Check the sign-in URL of the credential and the network.' },
	waitAsked: { text: 'Wait {seconds} seconds before the next run.', cause: 'The sign-in host says how long.', isPart: true, fills: 'wait' },
	waitAMinute: { text: 'Wait a minute before the next run.', cause: 'The sign-in host does not say how long.', isPart: true, fills: 'wait' },
	later: { text: 'Run it again later.', cause: 'The sign-in host does not say when.', isPart: true, fills: 'wait' },
	renewed: { text: 'The stored access token cannot be used any more.', cause: 'n8n fetches another one by itself.', isPart: true },
} as const satisfies Messages;

/** What has kept a request from its host: said after “No connection: ” or “No access token: ”. Nothing was sent. */
const obstacle = {
	domainList: { text: 'the list “Allowed HTTP Request Domains” of the credential does not have {host}', cause: 'n8n lets the credential be used for the listed domains only.', cure: 'Add the domain in {field} to that list in the credential, or allow all domains there.' },
	internalAddress: { text: 'n8n’s protection against requests to internal addresses has blocked {host}', cause: 'The host has an address inside of the network (N8N_SSRF_PROTECTION_ENABLED).', cure: 'Check {field} of the credential, or have the n8n administrator allow the host.' },
	certificateName: { text: 'the certificate of {host} is made out to another name', cause: 'The host was entered by another name, or by its address.', cure: 'Enter the host in {field} of the credential by the name that its certificate has.' },
	certificateDates: { text: 'the certificate of {host} has expired, is not valid yet, or was revoked', cause: 'The certificate’s dates, or this machine’s clock.', cure: 'Check the clock of this machine; if it is right, the host needs a new certificate.' },
	certificate: { text: 'n8n does not trust the certificate of {host}, or of a proxy on the way there', cause: 'An authority has signed it that Node does not know.', cure: 'If your organization signs it, have the n8n administrator name the file with its certificate in NODE_EXTRA_CA_CERTS in n8n’s environment, and restart n8n.' },
	proxySignIn: { text: 'a proxy on the way to {host} asks for a user name and a password of its own', cause: 'The proxy answers with 407.', cure: 'Have the n8n administrator put them into HTTPS_PROXY in n8n’s environment (http://user:password@host:port), or name the host in NO_PROXY, and restart n8n.' },
	proxyRefusal: { text: 'a proxy on the way to {host} does not let n8n through', cause: 'The proxy answers with 403.', cure: 'Have the administrator of the proxy allow the host, or name the host in NO_PROXY in n8n’s environment and restart n8n.' },
	proxyGateway: { text: 'a proxy on the way to {host} did not reach it', cause: 'The proxy answers with 500 or more.', cure: 'Check {field} of the credential and the proxy settings in n8n’s environment (HTTPS_PROXY, NO_PROXY), and run it again.' },
	proxy: { text: 'a proxy on the way to {host} closed the connection', cause: 'The proxy hangs up.', cure: 'Have the n8n administrator check the proxy and the proxy settings in n8n’s environment (HTTPS_PROXY, NO_PROXY).' },
	encryption: { text: 'no encrypted connection to {host} could be set up', cause: 'What answers there does not speak https.', cure: 'Check {field} of the credential: what answers at its host and port must speak https. If that is so, check the proxy settings in n8n’s environment (HTTPS_PROXY, NO_PROXY).' },
	connection: { text: '{host} could not be reached', cause: 'The name is not known, or nothing answers there.', cure: 'Check {field} of the credential and the network, and run it again.' },
	noConnection: { text: 'No connection: {why}.', cause: 'How each of these begins where the request itself was kept from the vendor.', isPart: true },
	noToken: { text: 'No access token: {why}', cause: 'How each of these begins where signing in was kept from its host.', isPart: true },
	vendorHost: { text: 'the vendor’s host', cause: 'How the host is called then.', isPart: true },
	vendorField: { text: 'the base URL', cause: 'How its field is called then.', isPart: true },
	signInHost: { text: 'the sign-in host', cause: 'How the host is called then.', isPart: true },
	signInField: { text: 'the sign-in URL', cause: 'How its field is called then.', isPart: true },
} as const satisfies Messages;

/** What is said of a request that has left. */
const request = {
	tooLarge: { text: 'The answer was larger than 5 MB and was cut off.', cause: 'The base URL leads to something else.', cure: 'Check the base URL of the credential.' },
	noSignInInTime: { text: 'Signing in did not end within the time limit.', cause: 'The sign-in host is slow, or does not answer.', cure: 'Run it again later, or raise “Timeout” in the options.' },
	noConnectionInTime: { text: 'The connection to the vendor’s host was not there within the time limit.', cause: 'The host, or a proxy, does not answer.', cure: 'Run it again later, or raise “Timeout” in the options.' },
	noAnswerInTime: { text: 'The vendor did not answer within the time limit.', cause: 'The vendor is slow.', cure: 'Run it again later, or raise “Timeout” in the options.' },
	broken: { text: 'The connection broke before the answer was complete.', cause: 'The network was interrupted, or the vendor hung up.', cure: 'Check the base URL of the credential and the network, and run it again.' },
	unknown: { text: 'Whether the change was made is not known: check it at the vendor.', cause: 'Follows where the request may have arrived (applied: unknown).' },
	cutOff: { text: 'The answer was not read to its end.', cause: 'The answer is larger than 5 MB, or the run has ended.' },
	inDoubt: { text: 'An earlier try ended without an answer and may have been carried out: check the credential at the vendor.', cause: 'Follows where the last try was turned away, and one before it had no answer.' },
	cancelledUnderWay: { text: 'The execution was cancelled while the change was under way: check it at the vendor.', cause: 'The run was stopped after the request had left.' },
	cancelledBefore: { text: 'The execution was cancelled before the change was sent.', cause: 'The run was stopped before the item’s turn.' },
	unexpected: { text: 'This node stopped at a place that it does not expect ({what}).', cause: 'A fault of this package.', cure: 'Check the credential at the vendor, and report this to the maintainers of the node.' },
} as const satisfies Messages;

/** What a refusal of the vendor means, by the code of the failed item. A vendor’s own hint takes the place of the cure. */
const refusal = {
	authentication: { text: '{vendor} did not accept the node’s credential.', cause: 'The key or token is wrong, has expired, or belongs to another host.', cure: 'Open the credential of this node, check its fields and run its test.' },
	permission: { text: '{vendor} does not allow this with the node’s credential.', cause: 'The account behind the key lacks a permission.', cure: 'Give the account behind the node’s credential the permission to change credentials.' },
	notFound: { text: '{vendor} has no credential with this ID.', cause: 'It was deleted, belongs to another account, or a name stands under “By ID”.', cure: 'Check the ID (not the name), and that the node’s credential belongs to the same account.' },
	parentNotFound: { text: '{vendor} does not know what the credential should belong to.', cause: 'The connection, provider, organization or account group is not there.', cure: 'Check the fields that say where the credential belongs.' },
	invalidInput: { text: '{vendor} did not accept the values.', cause: 'One of them is not what the vendor takes.', cure: 'Correct the values and run it again.' },
	verificationFailed: { text: '{vendor} checked the credential and rejected it.', cause: 'The new secret does not work where it is used.', cure: 'Correct the values before you run it again: the vendor tries them each time.' },
	conflict: { text: '{vendor} has another credential with the same values.', cause: 'A name or a value has to be unique.', cure: 'Choose a value that no other credential has.' },
	locked: { text: '{vendor} has locked this credential against changes.', cause: 'Something at the vendor depends on it.', cure: 'Look the credential up at the vendor: something there has to be finished or removed first.' },
	rateLimited: { text: '{vendor} is receiving too many requests.', cause: 'Others share the limit, or the vendor asks for a longer wait than 90 seconds.', cure: 'Run it again later, or with fewer items at a time.' },
	vendorUnavailable: { text: '{vendor} is not available at the moment.', cause: 'The vendor answers with a fault of its own.', cure: 'Run it again later.' },
	timeout: { text: '{vendor} ran out of time while handling the request.', cause: 'The vendor answers with 408.', cure: 'Run it again later.' },
	network: { text: '{vendor} could not be reached.', cause: 'See “No connection” below.' },
	unexpectedResponse: { text: '{vendor} gave an answer that this node does not understand.', cause: 'The base URL leads to something else, or the vendor has changed its API.', cure: 'Check the base URL of the credential: the answer may come from a proxy or another service.' },
	cancelled: { text: '{vendor} was not asked: the execution was cancelled.', cause: 'The run was stopped before the item’s turn.' },
	strange: { text: 'The answer does not have {vendor}’s form: a proxy or gateway on the way may have given it.', cause: 'Begins the hint of a refusal that has neither the vendor’s code nor its text.' },
	inDoubt: { text: 'Whether the change was made is not known: check the credential at the vendor.', cause: 'Ends the hint where the vendor may have made the change (applied: unknown).' },
	noPlace: { text: '{vendor} has no credentials at the address that was asked.', cause: 'The base URL, or what the list belongs to, is wrong.', cure: 'Check the base URL in the node’s credential, and the fields that say where to look.' },
	readVendor: { text: 'Read the vendor’s message.', cause: 'Begins the hint where the vendor has said why.' },
	lostCreate: { text: 'Look for the new credential at the vendor before you run this again: if it is there, a repeat would create a second one.', cause: 'The hint where the answer to a create was lost (applied: unknown).' },
	duplicate: { text: '{vendor} already has a credential {likeness}, so none was created.', cause: 'The look before a create has found the same one.', cure: 'An earlier run may have created it: its ID is in “id”. To have a second one, turn on “Allow Duplicate” in the options.' },
	stillListed: { text: '{vendor} still shows the credential in its list, so it does not count as gone.', cause: 'A deletion was answered with “not found”, and the credential is there.' },
	goneUnproven: { text: 'The credential does not count as gone, because its place could not be looked at: {why}', cause: 'A deletion was answered with “not found”, which may come from elsewhere.' },
	onlyCopy: { text: '“{option}” is not used for several items while the first that cannot be worked on stops the workflow: n8n would keep nothing of what the others have got.', cause: 'A stop keeps no output, and what only the output has would be lost.', cure: 'Open the Settings of this node, and let it continue with an output for failed items instead of stopping.' },
} as const satisfies Messages;

/** What an answer lacks that cannot be read: said after “… gave an answer that this node does not understand.” */
const answer = {
	namesNone: { text: 'It names no credential.', cause: 'The answer has no ID, or is about something else.' },
	holdsNoList: { text: 'It holds no list of credentials.', cause: 'The answer is no list.' },
	unconfirmed: { text: 'It does not confirm that the credential is gone.', cause: 'A deletion was answered with a text or a page.' },
	otherCredential: { text: 'It speaks of another credential than the one that was asked for.', cause: 'The ID in the answer is another one.' },
	samePage: { text: 'A page shows nothing but what an earlier one has shown.', cause: 'The host does not go on to the next page.' },
	circle: { text: 'Its pages lead in a circle.', cause: 'A page points to one that was there before.' },
	endless: { text: 'Its list does not come to an end.', cause: 'There are more than 2,000 pages or 200,000 credentials.' },
	noFields: { text: 'It does not say which fields the credential has.', cause: 'What n8n has answered does not describe a type of credentials.' },
	noVerdict: { text: 'It does not say what has come of the test.', cause: 'What n8n has answered is no verdict on a test.' },
} as const satisfies Messages;

/** What is said of a change that the vendor shows otherwise, and of putting back the values from before. */
const verification = {
	contradicted: { text: '{vendor} reported success, but {contradiction}.', cause: 'The change was made, and not as it was asked for.' },
	taken: { text: '{vendor} has taken the change, but {contradiction}.', cause: 'The same where it is only reported.' },
	byAnswer: { text: 'its answer shows other values than were sent', cause: 'The vendor has changed the values, or somebody else has.', isPart: true, fills: 'contradiction' },
	byRead: { text: 'what it has stored shows other values than were sent', cause: 'A read after the change shows other values.', isPart: true, fills: 'contradiction' },
	byTest: { text: 'the credential does not pass its test', cause: 'The vendor has tried the credential out.', isPart: true, fills: 'contradiction' },
	differing: { text: 'Other than sent: {fields}.', cause: 'Names the fields that differ.' },
	notShown: { text: 'The answer does not show every value that was sent.', cause: 'The vendor’s answer leaves fields out.' },
	mended: { text: 'Stored with other blanks, case or line ends than were sent: {fields}.', cause: 'The vendor mends such things; it is no mismatch.' },
	notReadBack: { text: 'The value could not be read back: {why}', cause: 'The change was made, and the look at it did not succeed.' },
	onlyWithPrevious: { text: '{vendor} takes values back only together with the secret from before, which is not stored: set the previous values by hand.', cause: 'Nothing is chosen under “Secret Before”.' },
	nothingToPutBack: { text: '{vendor} has nothing that this node could put back: set the previous values by hand.', cause: 'The vendor shows none of what was changed.' },
	previousUnknown: { text: 'The previous values are not known, so nothing was put back: set {fields} by hand.', cause: 'The vendor does not show them, and none are stored.' },
	shownNoMore: { text: 'The credential does not show its values any more, so nothing was put back: look at it at the vendor.', cause: 'A fresh read shows nothing to compare.' },
	changedMeanwhile: { text: 'The credential was changed by someone else meanwhile, so nothing was put back: look at it at the vendor.', cause: 'A fresh read shows values that this run did not send.' },
	notTaken: { text: 'The previous values were sent, but are not what the vendor shows now: look at the credential there.', cause: 'The vendor has changed the old values as well.' },
	putBack: { text: 'The values from before were put back.', cause: 'Restore has done its work.' },
	partlyPutBack: { text: 'The other values from before were put back. What is left to do by hand: set {fields}.', cause: 'The vendor does not show these fields.' },
	putBackFailed: { text: 'Putting back the values from before did not succeed ({why}): look at the credential at the vendor.', cause: 'The vendor refused, or could not be reached.' },
} as const satisfies Messages;

/** What a result says, and the notes above the output. Nothing has to be mended. */
const outcome = {
	planned: { text: 'Nothing was changed: this was a dry run, and the plan is what would be sent.', cause: '“Dry Run” is on.' },
	unreadPlan: { text: '{vendor} does not let the node’s credential read, so only the key itself is known to be accepted.', cause: 'A dry run of an account that may change and not read.' },
	had: { text: '{vendor} had such a credential already, and created none.', cause: 'The vendor has answered a create with what is there.' },
	handedOutAgain: { text: '{vendor} answered with a credential that this run had created before, and created none.', cause: 'Two items ask for the same credential.' },
	handedOutOther: { text: '{vendor} answered with a credential that this run had created before, and created none. It has other values than were sent.', cause: 'Two items ask for credentials that the vendor takes for one.' },
	alreadyGone: { text: 'There was nothing to delete: the credential is gone already.', cause: '“Ignore If Missing” is on.' },
	deleted: { text: '{vendor} has deleted the credential.', cause: 'The deletion is done.' },
	alreadyThere: { text: 'Nothing was sent: {vendor} has these values already.', cause: 'A look before the update shows that the secret is in force.' },
	testPassed: { text: '{vendor} has tested the credential, and it works.', cause: 'The vendor’s test.' },
	testNotPassed: { text: 'The credential does not pass the test that {vendor} has for it.', cause: 'The credential is dead, or the host that it is for is down.' },
	tokenThere: {
		text: '{vendor} has looked only whether the credential has an access token, and it has one: its use alone can prove more.',
		cause: 'The credential signs in by OAuth, of which n8n tests nothing else.',
	},
	noTest: { text: 'Not tested: {vendor} has no test for credentials of this type, so only their use can prove one.', cause: 'n8n knows tests for some types alone.' },
	unverified: { text: '{vendor} has taken the change, which was not checked, because “Verify” is off.', cause: '“Verify” is off.' },
	taken: { text: '{vendor} has taken the change.', cause: 'The vendor shows nothing more.' },
	readAgain: { text: '{vendor} shows what was sent when it is read again.', cause: 'A read after the change.' },
	answered: { text: '{vendor} shows in its answer what was sent.', cause: 'The answer to the change.' },
	tried: { text: '{vendor} has tried out what was sent before it took it.', cause: 'The vendor’s own check.' },
	byteOrderMark: { text: 'The byte order mark before “{label}” was cut off.', cause: 'The secret was read from a file.' },
	lineEnd: { text: 'The line end after “{label}” was cut off.', cause: 'The secret was read from a file, or is the output of a program.' },
	keyForm: { text: 'The key in “{label}” was put into its usual form.', cause: 'The key was in one line, in quotes, escaped or indented.' },
	incomplete: { text: 'The list changed while it was read, also the second time: it may lack credentials, or show some that are gone.', cause: 'Others create or delete credentials at the same time.', cure: 'Read it again later.' },
	incompleteNote: { text: 'For {items}, the list changed while it was read, also the second time, and may be incomplete.', cause: 'The same as a note above the output.' },
	waited: { text: '{items} waited {time} {reason}.', cause: 'A rate limit was kept.' },
	repeated: { text: 'For {items}, a request was sent again because {reason}.', cause: 'A fault on the way.' },
	beganBefore: { text: 'A rotation is under way already, so no new values were made: those that are stored stay.', cause: 'Begin was run before, and Finish or Roll Back was not.' },
	begun: { text: 'The new values are stored, and those from before beside them. No vendor has got them yet.', cause: 'Begin is done.' },
	finishedBefore: { text: 'The rotation was finished already.', cause: 'Finish was run before.' },
	finished: { text: 'The rotation is finished: its values count as current.', cause: 'Finish is done.' },
	rolledBackBefore: { text: 'The rotation was rolled back already.', cause: 'Roll Back was run before.' },
	rolledBack: { text: 'The values from before are the stored ones again.', cause: 'Roll Back is done.' },
} as const satisfies Messages;

/** What is said where a failed item stops the workflow. */
const stop = {
	vendorSays: { text: '{vendor} says: “{what}”', cause: 'Repeats the vendor’s own words, in quotes.' },
	wayOn: { text: 'A repeat can stop at what exists already.', cause: 'A create was stopped after it had created some.', cure: 'To go on, open the Settings of this node, let it continue with an output for failed items instead of stopping, save, and choose “Retry with currently saved workflow”: what exists leaves there, and the others are created.' },
	tally: { text: 'Succeeded: {succeeded}. Failed: {refused}. Not started: {unsent}.', cause: 'Five of each are named, by ID, or by item and name.' },
	unchanged: { text: 'Nothing was changed.', cause: 'No item was changed.' },
	itemOfMany: { text: 'Nothing was done, because another item of this run cannot be worked on, and all are done at once.', cause: 'A rotation begins for all items or for none.', cure: 'Mend that one, and run this again.' },
} as const satisfies Messages;

/** What the lists in the editor say instead of entries. */
const picker = {
	notLoaded: { text: 'The list could not be loaded.', cause: 'No credential is chosen, or it cannot be used.', cure: 'Choose a credential for this node first, or enter the ID.' },
	wait: { text: 'It asks to be left alone for {seconds} seconds.', cause: 'The vendor is receiving too many requests.' },
} as const satisfies Messages;

/** What is said of rotations and of generated values. */
const rotation = {
	notBegun: { text: 'The rotation in “New Secret” has not got its new values yet.', cause: 'Begin was stopped on its way.', cure: 'Run Begin once more, and then what follows it.' },
	nothingBefore: { text: '“Secret Before” is empty, so there is nothing to go back to.', cause: 'Another stored secret is chosen than Begin has written to.', cure: 'Enter the values from before in it, or choose the stored secret that Begin has written to.' },
	noneUnderWay: { text: '“New Secret” is in no rotation.', cause: 'Begin was not run, or another stored secret is chosen.', cure: 'Run Begin first, or choose the stored secret that Begin has written to.' },
	changedAgainAndAgain: { text: 'What stands in “New Secret” was changed by somebody else again and again while the rotation began.', cause: 'Several runs write to it at once.', cure: 'Run this once more when nothing else writes to it.' },
	changedDuringHandOver: { text: 'What stands in “New Secret” was changed by somebody else again and again while the pair was handed over.', cause: 'Several runs write to it at once.', cure: 'Run this once more when nothing else writes to it.' },
	inAnother: { text: '“New Secret” is in another rotation, which has not come to its end.', cause: 'Begin was run on it, and neither Finish nor Roll Back was.', cure: 'Finish it or roll it back first, with the node n8n Credentials, or choose another stored secret.' },
	otherValues: { text: '“New Secret” has other values under {names} than the credential that is rotated, and they may be in force somewhere.', cause: 'The stored secret, or the place in it, is one for another credential.', cure: 'Remove them there, choose another place by “Store Under (ID or Name)”, or choose another stored secret.' },
	foreignValues: { text: '“{label}” is for something else: it holds {names} as single values, beside which the pair would be stored.', cause: 'n8n has chosen a stored secret by itself, such as the newest one.', cure: 'Choose a stored secret under “{selector}” that is empty, or holds this pair alone.' },
	jsonForPairs: { text: '“{label}” has “Values (JSON)”, and without “Store Under (ID or Name)” the pair would be stored as single values.', cause: 'A stored secret holds the one or the other.', cure: 'Fill in “Store Under (ID or Name)”, or empty “Values (JSON)”.' },
	pairsForJson: { text: '“{label}” has single values, and with “Store Under (ID or Name)” the pair would be stored under “Values (JSON)”.', cause: 'A stored secret holds the one or the other.', cure: 'Empty “Store Under (ID or Name)”, or move the single values under keys of their own.' },
	placeTaken: { text: 'Two items of this run have the same place in “New Secret”, where one would overwrite the values of the other.', cause: 'The keys are equal, or empty.', cure: 'Give each a place of its own by “Store Under (ID or Name)”.' },
	notChosen: { text: 'Nothing is chosen under “{selector}”, and the new pair is handed over by it.', cause: 'The selector is empty, or its credential was deleted.', cure: 'Choose a credential there, at the top of the node.' },
	goesOn: { text: 'Run it again: it goes on with what is there already.', cause: 'Ends the hint where an operation of several requests was stopped after a change.' },
	pairUndecided: { text: 'The sign-in host has refused the request as such (HTTP {status}), which does not tell whether it takes the pair.', cause: 'The refusal speaks of something else than the client.' },
	planEnds: { text: 'A dry run ends before the first change.', cause: 'Never shown: it ends an operation of several requests.', isPart: true },
	replaced: { text: 'The credential has a successor, whose pair is stored in “{label}”. It stays in force until it is retired.', cause: 'Rotate is done.' },
	replacedBefore: { text: 'The credential is replaced already, so nothing was made.', cause: 'Rotate was run before.' },
	changedMeanwhile: { text: 'What stands in “New Secret” was changed by somebody else at the same time.', cause: 'Several runs write to it at once.', cure: 'Look at its field “Rotation”, and run this once more.' },
	otherInstance: { text: 'n8n has taken a change, and it is not seen in the credential of this node: the API key, or the base URL beside it, is that of another n8n. No value was changed.', cause: 'The database was copied, and the same ID stands in both.', cure: 'Choose an API key of this n8n.' },
	severalKeys: { text: 'The items of this run have different credentials for the API, and a rotation is in one n8n.', cause: 'An expression yields another API key for some items.', cure: 'Run it for each of them.' },
	allClassesOff: { text: '“Lowercase”, “Uppercase”, “Digits” and “Symbols” are all off.', cause: 'A password is made of at least one of them.', cure: 'Switch on at least one of them.' },
	nothingFirst: { text: '“Symbol Set” leaves nothing that a password can begin with: n8n takes what begins with “=” for an expression, and a blank gets lost.', cause: 'The set holds nothing but these two.', cure: 'Add another symbol to it.' },
	oneCharacter: { text: '“Lowercase”, “Uppercase”, “Digits” and “Symbols” leave a single character.', cause: 'All but one are excluded.', cure: 'Switch on another of them, or allow more characters.' },
	tooShort: { text: '“Length” is too short for a password of so few different characters, which could be guessed.', cause: 'Fewer than 2^40 passwords are possible.', cure: 'Set it to {fewest} or more, or allow more characters.' },
	noSymbol: { text: '“Symbol Set” holds a character that is no symbol.', cause: 'It has letters, digits, or a character that no keyboard has.', cure: 'Enter symbols such as {symbols}, without letters, digits and line breaks.' },
	classEmptied: { text: '“{by}” leaves nothing of “{label}”.', cause: 'All characters of the class are excluded.', cure: 'Exclude fewer characters, or switch “{label}” off.' },
	noChance: { text: 'No password that meets the rules was found.', cause: 'What ought to be random is not.', cure: 'Run this again, and if it stays so, check the source of random numbers of the system that n8n runs on.' },
} as const satisfies Messages;

/** What is said of triggers. */
const trigger = {
	nothingChosen: { text: '“{label}” is empty.', cause: 'Nothing is chosen that could start the workflow.', cure: 'Choose at least one event.' },
	noDate: { text: '{vendor} shows no date by which a credential could be due.', cause: 'An expression asks for an event that the trigger does not offer.', cure: 'Take “due” out of “{label}”.' },
	manyThresholds: { text: '“{label}” has {count} numbers, and {most} are the most.', cause: 'A credential would be told nearly every day.', cure: 'Leave some out, or use “{other}” in the options.' },
	tooMany: { text: '{vendor} has more than {most} credentials there, and one trigger watches no more.', cause: 'n8n would have to write and read as much with the workflow each time.', cure: 'Narrow them by “Filters”, where the node has them, or use a schedule and Get Many.' },
	outOfTime: { text: 'The list could not be read to its end in the time that n8n gives a trigger.', cause: 'The list is long, or the vendor is slow or asks for waits.', cure: 'The next poll tries again. Should it come again, narrow the list by “Filters”, where the node has them.' },
	sample: { text: 'This is a sample and no event: nothing has happened to the credential.', cause: 'The message of an item that “Fetch Test Event” shows.' },
	renamed: { text: 'It was called “{name}” before.', cause: 'The message of an item with the event Changed.' },
	sameName: { text: 'Its name is as before: something else has changed of what {vendor} shows of it.', cause: 'The same where it is not the name. What else it is, the trigger does not remember.' },
	gone: { text: '{vendor} does not show the credential any more.', cause: 'The message of an item with the event Deleted.' },
} as const satisfies Messages;

/** What is said of n8n’s own credentials. */
const store = {
	keyRefused: { text: 'Check “API Key” of the Rotation N8n API credential that the node has chosen. Keys of n8n expire: create a new one in n8n under Settings > n8n API where this one has.', cause: 'The hint where n8n refuses the key of a hand-over.' },
	needsUpdate: { text: 'The API key needs the permission (scope) “credential:update”, and its user a role that may change the two stored secrets.', cause: 'The hint where n8n does not allow a hand-over.' },
	secretNotFound: { text: 'Check that the API key of the Rotation N8n API credential belongs to this n8n, and to a user who may use the two stored secrets.', cause: 'The hint where n8n does not find one of them.' },
	elsewhere: { text: 'Check “Base URL” of the Rotation N8n API credential: it ends with /api/v1. The answer may come from n8n’s editor, a proxy or another service.', cause: 'The hint where its answer is not understood.' },
	unknownField: { text: '“{label}” has {what} that is no field of this type of credentials, so nothing was sent.', cause: 'The field is called otherwise, or the credential is of another type. Its fields stand in vendorMessage.', cure: 'Give each field by the name that n8n has for it.' },
	incomplete: { text: '“{label}” does not have every field that a new credential of this type needs.', cause: 'Those that it needs stand in vendorMessage.', cure: 'Add what is missing.' },
	otherValue: { text: '“{label}” has a value that is none of those that the field takes.', cause: 'The field is a list of choices.' },
	notANumber: { text: '“{label}” must be a number.', cause: 'The field takes numbers alone.' },
	notASwitch: { text: '“{label}” must be true or false.', cause: 'The field is a switch.' },
	fields: { text: 'Fields of {type}: {fields}.', cause: 'Stands in vendorMessage beside the three above.' },
	needs: { text: 'It needs: {missing}.', cause: 'Stands in vendorMessage where some are missing.' },
	olderRelease: { text: 'This n8n does not have such a request in its public API: it is an older release, or “Base URL” of the credential leads elsewhere; it ends with /api/v1. The permission that the API key needs is of no use then.', cause: 'The hint where n8n does not know the request.' },
	wholeWanted: { text: 'n8n wants the fields that its message names beside those that were given. Some releases before 2.41 check an update as if it were the whole credential: give every field that the type demands, or update n8n.', cause: 'The hint where n8n misses a field.' },
} as const satisfies Messages;

/**
 * Every sentence that the kit and the engine say, by what it is about: what happened, when it is said, and what mends it. What a
 * vendor says beyond them stands in its own `messages.ts`, and what it says of refusals among its hints.
 */
export const MESSAGES = { input, secret, stored, agent, credential, signIn, obstacle, request, refusal, answer, verification, outcome, stop, picker, rotation, store, trigger };

/** What an answer lacks, for vendors: see `unreadable`. */
export const ANSWERS = MESSAGES.answer;

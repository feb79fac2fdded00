/** The names that HTML has for the characters of secrets. */
export const ENTITIES: ReadonlyMap<string, string> = new Map(Object.entries({
	...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', tab: '\t', newline: '\n' },
	...{ excl: '!', num: '#', dollar: '$', percnt: '%', lpar: '(', rpar: ')', ast: '*', midast: '*', plus: '+', comma: ',' },
	...{ period: '.', sol: '/', colon: ':', semi: ';', equals: '=', quest: '?', commat: '@', hyphen: '-', dash: '-' },
	...{ lsqb: '[', lbrack: '[', bsol: '\\', rsqb: ']', rbrack: ']', hat: '^', lowbar: '_', underbar: '_', grave: '`' },
	...{ lcub: '{', lbrace: '{', verbar: '|', vert: '|', rcub: '}', rbrace: '}', tilde: '~' },
	...{ szlig: 'ß', AElig: 'Æ', aelig: 'æ', Oslash: 'Ø', oslash: 'ø', ETH: 'Ð', eth: 'ð', THORN: 'Þ', thorn: 'þ' },
	...{ iexcl: '¡', iquest: '¿', cent: '¢', pound: '£', yen: '¥', euro: '€', curren: '¤', sect: '§', para: '¶', copy: '©' },
	...{ reg: '®', deg: '°', plusmn: '±', micro: 'µ', laquo: '«', raquo: '»', times: '×', divide: '÷', middot: '·' },
}));

/** Marks on letters, by the ends of those names. */
export const MARKS: ReadonlyMap<string, string> = new Map(Object.entries({
	grave: '\u0300',
	acute: '\u0301',
	circ: '\u0302',
	tilde: '\u0303',
	uml: '\u0308',
	ring: '\u030a',
	cedil: '\u0327',
	caron: '\u030c',
}));

import { createRedactor, type Redactor } from './redaction';

/**
 * What an item knows of its secrets: what it sends, what it is signed with, what a read has brought. One object per item
 * owns them, so that whatever leaves the item is redacted by all that is known at that moment.
 */
export class ItemSecrets {
	private readonly known = new Set<string>();
	private readonly shown = new Set<string>();
	private current: Redactor | null = null;

	/** @param isForAgent in a tool call the vendor's text is left out: an agent's model could take it for instructions */
	constructor(private readonly isForAgent = false) {}

	/** Takes up secrets; those that are known already change nothing. */
	add(secrets: Iterable<string> = []): void {
		const before = this.known.size;
		for (const secret of secrets) this.known.add(secret);
		if (this.known.size > before) this.current = null;
	}

	/** Takes up secrets that the vendor has shown of the item's credential, such as the one that is stored before a change. */
	addShown(secrets: Iterable<string> = []): void {
		const before = this.shown.size;
		for (const secret of secrets) this.shown.add(secret);
		if (this.shown.size > before) this.current = null;
	}

	/** Removes all secrets that are known by now. */
	get redactor(): Redactor {
		this.current ??= this.makeRedactor(this.shown);
		return this.current;
	}

	/** The same for one of many credentials: without the secrets, too, that the vendor has shown of that one. */
	redactorFor(shown: readonly string[] = []): Redactor {
		return shown.every((secret) => this.shown.has(secret)) ? this.redactor : this.makeRedactor([...this.shown, ...shown]);
	}

	private makeRedactor(shown: Iterable<string>): Redactor {
		const redactor = createRedactor(this.known, shown);
		return this.isForAgent ? { ...redactor, vendorText: () => null, vendorToken: () => null } : redactor;
	}
}

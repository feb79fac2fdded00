import { createRedactor, type Redactor } from './redaction';

/**
 * What an item knows of its secrets: what it sends, what it is signed with, what a read has brought. One object per item
 * owns them, so that whatever leaves the item is redacted by all that is known at that moment.
 */
export class ItemSecrets {
	private readonly known = new Set<string>();
	private current: Redactor | null = null;

	/** @param isForAgent in a tool call the vendor's text is left out: an agent's model could take it for instructions */
	constructor(private readonly isForAgent = false) {}

	/** Takes up secrets; those that are known already change nothing. */
	add(secrets: Iterable<string> = []): void {
		const before = this.known.size;
		for (const secret of secrets) this.known.add(secret);
		if (this.known.size > before) this.current = null;
	}

	/** Removes all secrets that are known by now. */
	get redactor(): Redactor {
		this.current ??= this.makeRedactor();
		return this.current;
	}

	private makeRedactor(): Redactor {
		const redactor = createRedactor(this.known);
		return this.isForAgent ? { ...redactor, vendorText: () => null, vendorToken: () => null } : redactor;
	}
}

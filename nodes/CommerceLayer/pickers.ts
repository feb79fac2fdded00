import type { IDataObject } from 'n8n-workflow';

import { asObject, asText, credentialPickerOf, type Picker, type PickerContext } from '../kit';
import { isResource, linkedId, MAX_PAGE_SIZE, nextPage, pageQuery, resourcesIn } from './answer';
import { getAll, listing } from './operations/getAll';
import { collectionPath, filterBy, ORGANIZATIONS, READ_HEADERS, ROLES } from './paths';

/** Credentials of all organizations, the newest first. */
export const credentialPicker = credentialPickerOf(getAll, (context) => listing(namedAs(context)), {
	searchesItself: true,
});

/** The organizations that the owner of the node's credential belongs to. */
export const organizationPicker = pickerOf(
	ORGANIZATIONS,
	() => ({ [`fields[${ORGANIZATIONS}]`]: 'name,slug,region' }),
	({ attributes }) => {
		const { slug, region } = asObject(attributes);
		return [asText(slug), asText(region)];
	},
);

/** Roles, each with its organization, because every organization has roles of the same names. */
export const rolePicker = pickerOf(
	ROLES,
	({ parameter }) => {
		// Only a create knows the organization; an update has no more than the ID of a credential.
		const organization = parameter('operation') === 'create' ? parameter('organizationId') : '';
		return {
			[`fields[${ROLES}]`]: 'name,kind,organization',
			[`fields[${ORGANIZATIONS}]`]: 'name',
			include: 'organization',
			...(organization === '' ? {} : filterBy('organization_id_eq', organization)),
		};
	},
	(role, included) => {
		const organization = included.find(({ id }) => id === linkedId(role, 'organization'));
		return [asText(asObject(role.attributes).kind), asText(asObject(organization?.attributes).name)];
	},
);

/**
 * A picker of one type of resource, page by page. The API searches in the names.
 * @param query what to ask for beside the page and the search
 * @param details what tells a resource from others of its name, from the resource and those that came with it
 */
function pickerOf(
	type: string,
	query: (context: PickerContext) => Record<string, string>,
	details: (resource: IDataObject, included: IDataObject[]) => Array<string | null>,
): Picker {
	return {
		searchesItself: true,
		request: (context) => ({
			method: 'GET',
			path: collectionPath(type),
			headers: READ_HEADERS,
			query: { ...pageQuery(MAX_PAGE_SIZE, context.cursor), ...query(context), ...namedAs(context) },
			body: null,
		}),
		read: (answer, { cursor }) => {
			const { included } = asObject(answer.body);
			const others = (Array.isArray(included) ? included : []).map(asObject);
			return {
				entries: resourcesIn(answer).filter(isResource).flatMap((resource) => {
					const id = asText(resource.id);
					if (id === null) return [];
					const name = asText(asObject(resource.attributes).name) ?? id;
					return [{ id, name, detail: details(resource, others).filter(Boolean).join(', ') || null }];
				}),
				cursor: nextPage(answer, MAX_PAGE_SIZE, cursor),
			};
		},
	};
}

function namedAs({ search }: PickerContext): Record<string, string> {
	return search === undefined ? {} : filterBy('name_cont', search);
}

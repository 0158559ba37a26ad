package openapi

import "strings"

// textEdit is a change of the description that replaces text in one of its files, everywhere.
type textEdit struct {
	name     string
	version  string // 3.0 or 3.1; "" for both
	file     string // "" for the description itself
	old, new string
	several  bool // needs the other files
}

func (e textEdit) versions() []string { return schemaEdit{version: e.version}.versions() }

// apply makes the edit. It fails when there is nothing to edit.
func (e textEdit) apply(files tree) (tree, bool) {
	file := e.file
	if file == "" {
		file = own
	}
	text := strings.ReplaceAll(files[file], e.old, e.new)
	return files.with(tree{file: text}), text != files[file]
}

const (
	common = "api/parts/common.yaml"
	more   = "api/parts/more.yaml"
)

// textEdits has an edit for what no schema tells: paths, operations, parameters, media types, security.
var textEdits = []textEdit{
	{name: "nothing but a comment", old: "paths:\n", new: "# the paths\npaths:\n"},
	{name: "words", old: "description: it\n", new: "description: this\n"},
	{name: "the title", old: "title: Shop", new: "title: Store"},
	{name: "the version", old: "version: 1.0.0", new: "version: 1.0.1"},
	{name: "a server", old: "shop.example.org/v1", new: "shop.example.org/v2"},
	{name: "an extension of the paths", old: "note: an extension", new: "note: another"},

	{name: "a path renamed", old: "  /ring:\n", new: "  /circle:\n"},
	{name: "a path's parameter renamed", old: "  /quiet/{id}:\n    get:\n      operationId: quiet\n      x-stability-level: beta\n      parameters:\n      - {name: id,", new: "  /quiet/{key}:\n    get:\n      operationId: quiet\n      x-stability-level: beta\n      parameters:\n      - {name: key,"},
	{name: "a path besides one of the same template", old: "  /ring:\n", new: "  /quiet/{key}:\n    post: {parameters: [{name: key, in: path, required: true, schema: {type: string}}], responses: {'200': {description: ok}}}\n  /ring:\n"},
	{name: "a path of the same template renamed and another removed", old: "  /shared/second/{id}:\n    parameters:\n    - $ref: '#/components/parameters/Id'\n", new: "  /shared/second/{key}:\n    parameters:\n    - {name: key, in: path, required: true, schema: {type: string}}\n"},
	{name: "an operation under another method", old: "    put:\n", new: "    patch:\n"},
	{name: "an operation removed before its end", old: "    delete:\n", new: "    head:\n"},
	{name: "a path removed before its end", old: "  /shared/second/{id}:\n", new: "  /shared/third/{id}:\n"},
	{name: "an operation's end", old: "x-sunset: '9999-12-31'\n      parameters", new: "x-sunset: '9999-12-30'\n      parameters"},
	{name: "an operation's end in the past", old: "x-sunset: '9999-12-31'\n      parameters", new: "x-sunset: '2020-01-01'\n      parameters"},
	{name: "an operation's end on no day", old: "deprecated: true\n      x-sunset: '9999-12-31'\n", new: "deprecated: true\n      x-sunset: soon\n"},
	{name: "an operation without an end", old: "      deprecated: true\n      x-sunset: '9999-12-31'\n", new: "      deprecated: true\n"},
	{name: "an operation deprecated", old: "deprecated: false", new: "deprecated: true"},
	{name: "an operation deprecated since long", old: "deprecated: false", new: "deprecated: true\n      x-sunset: '2020-01-01'"},
	{name: "an operation deprecated until no day", old: "deprecated: false", new: "deprecated: true\n      x-sunset: soon"},
	{name: "an operation removed that ends on no day", old: "    get:\n      operationId: sharedFirst\n      deprecated: false\n", new: "    options:\n      operationId: sharedFirst\n      deprecated: true\n      x-sunset: soon\n"},
	{name: "stability", old: "x-stability-level: stable", new: "x-stability-level: alpha"},
	{name: "stability of no known level", old: "x-stability-level: stable", new: "x-stability-level: granite"},
	{name: "operationId", old: "operationId: quiet", new: "operationId: loud"},
	{name: "tags of an operation", old: "tags: [things]", new: "tags: [things, more]"},

	{name: "a parameter of the operation", old: "      - {name: old, in: query, schema: {type: boolean}}\n", new: ""},
	{name: "a parameter of the operation that ends", old: "      - {name: force, in: query, schema: {type: boolean}, deprecated: true, x-sunset: '9999-12-31'}\n", new: ""},
	{name: "a parameter of the operation that ends on no day", old: "      - {name: soon, in: query, schema: {type: boolean}, deprecated: true, x-sunset: soon}\n", new: ""},
	{name: "a parameter required", old: "- {name: old, in: query,", new: "- {name: old, in: query, required: true,"},
	{name: "a required parameter", old: "      - {name: old, in", new: "      - {name: new, in: query, required: true, schema: {type: string}}\n      - {name: old, in"},
	{name: "a parameter in another place", old: "- {name: old, in: query,", new: "- {name: old, in: header,"},
	{name: "a parameter's end", old: "deprecated: true, x-sunset: '9999-12-31'}", new: "deprecated: true, x-sunset: '9999-12-30'}"},
	{name: "a parameter's end in the past", old: "deprecated: true, x-sunset: '9999-12-31'}", new: "deprecated: true, x-sunset: '2020-01-01'}"},
	{name: "a parameter without an end", old: "deprecated: true, x-sunset: '9999-12-31'}", new: "deprecated: true}"},
	{name: "a parameter deprecated since long", old: "- {name: old, in: query,", new: "- {name: old, in: query, deprecated: true, x-sunset: '2020-01-01',"},
	{name: "a required parameter of the path", old: "    - $ref: '#/components/parameters/Page'\n    get", new: "    - {name: new, in: query, required: true, schema: {type: string}}\n    get"},
	{name: "a path parameter", old: "  /ring:\n    get:\n", new: "  /ring:\n    get:\n      parameters:\n      - {name: ring, in: path, required: true, schema: {type: string}}\n"},
	{name: "a component's parameter required", old: "Page: {name: page, in: query,", new: "Page: {name: page, in: query, required: true,"},
	{name: "a component's parameter by a reference to another", old: "    Page: {name: page, in: query, schema: {$ref: '#/components/schemas/Slot'}}", new: "    Page: {$ref: '#/components/parameters/Side'}\n    Side: {name: side, in: query, schema: {type: string}}"},
	{name: "style of a parameter", old: "style: deepObject\n        schema:", new: "style: form\n        explode: false\n        schema:"},

	{name: "a body", old: "      requestBody: {$ref: '#/components/requestBodies/Box'}\n", new: ""},
	{name: "a required body", old: "      operationId: getInline\n", new: "      operationId: getInline\n      requestBody: {required: true, content: {text/plain: {schema: {type: string}}}}\n"},
	{name: "a shared body required", old: "    Box:\n      content:", new: "    Box:\n      required: true\n      content:"},
	{name: "a body optional", old: "        required: true\n        content:", new: "        required: false\n        content:"},
	{name: "a media type of shared bodies", old: "        text/plain:\n          schema: {$ref: '#/components/schemas/Slot'}\n", new: ""},
	{name: "schemas of media types", old: "        text/plain:\n          schema: {$ref: '#/components/schemas/Slot'}\n", new: "        text/plain: {}\n"},
	{name: "a media type renamed", old: "application/vnd.shop+json", new: "application/vnd.store+json"},
	{name: "a media type with a parameter", old: "application/vnd.shop+json", new: "application/vnd.shop+json;v=1"},
	{name: "a media type's parameter", old: "application/atom+xml;v=1", new: "application/atom+xml;v=2"},
	{name: "a media type with another parameter", old: "application/atom+xml;v=1", new: "application/atom+xml;w=1"},
	{name: "a schema of items alone", version: "3.1", old: "application/jsonl: {}", new: "application/jsonl: {itemSchema: {type: object}}"},
	{name: "a media type of another kind", old: "application/atom+xml;v=1", new: "application/rss+xml;v=1"},
	{name: "a schema of items", version: "3.1", old: "application/problem+json: {schema: {type: object", new: "application/problem+json: {itemSchema: {type: object}, schema: {type: object"},
	{name: "a schema of items in place of another", version: "3.1", old: "application/problem+json: {schema: {type: object, properties: {title: {type: string}}}}", new: "application/problem+json: {itemSchema: {type: object}}"},
	{name: "a schema of a body's items", version: "3.1", old: "          application/json:\n            schema", new: "          application/json:\n            itemSchema: {type: object}\n            schema"},
	{name: "a media type generalised", old: "application/problem+json", new: "application/json"},
	{name: "encoding", old: "contentType: text/plain", new: "contentType: text/html"},

	{name: "a status", old: "        '404': {$ref: '#/components/responses/Problem'}\n", new: ""},
	{name: "a status of success", old: "        '201':\n", new: "        '202':\n"},
	{name: "another response by reference", old: "        '404': {$ref: '#/components/responses/Problem'}\n", new: "        '404': {$ref: '#/components/responses/Box'}\n"},
	{name: "a shared header optional", old: "Count: {required: true,", new: "Count: {required: false,"},
	{name: "a header removed", old: "        X-Count: {$ref: '#/components/headers/Count'}\n      content", new: "        X-Other: {$ref: '#/components/headers/Count'}\n      content"},
	{name: "a link", old: "operationId: getInline, parameters", new: "operationId: postInline, parameters"},
	{name: "an example", old: "One: {value: {leaf: x,", new: "One: {value: {leaf: y,"},

	{name: "security of all", old: "security:\n- key: []\n", new: "security:\n- oidc: []\n"},
	{name: "scopes of all", old: "security:\n- key: []\n", new: "security:\n- key: [all]\n"},
	{name: "security of none", old: "security:\n- key: []\n", new: ""},
	{name: "security of one operation", old: "      - key: []\n      - oauth: [read]\n", new: "      - oauth: [read]\n"},
	{name: "scopes of one operation", old: "oauth: [read]\n", new: "oauth: [read, write]\n"},
	{name: "anonymous no longer", old: "      security: []\n", new: "      security: [{key: []}]\n"},
	{name: "a scheme's type", old: "oidc: {type: openIdConnect, openIdConnectUrl: https://id.example.org/.well-known}", new: "oidc: {type: http, scheme: bearer}"},
	{name: "a scheme's name", old: "name: X-Key", new: "name: X-Other"},
	{name: "a scheme's place", old: "in: header, name: X-Key", new: "in: query, name: X-Key"},
	{name: "a scheme's scheme", old: "scheme: basic", new: "scheme: digest"},
	{name: "a scheme's address", old: "org/.well-known", new: "org/.known"},
	{name: "addresses of a flow", old: "https://id.example.org/", new: "https://login.example.org/"},
	{name: "scopes of a scheme", old: "scopes: {read: to read, write: to write}", new: "scopes: {read: reads}"},
	{name: "a scheme more", old: "    basic: {", new: "    basic2: {type: http, scheme: basic}\n    basic: {"},

	{name: "a schema that nothing uses", old: "    Unused: {type: string}\n", new: ""},
	{name: "a shared schema renamed", old: "Hush", new: "Noise"},
	{name: "a link of a chain", old: "Alias: {$ref: '#/components/schemas/Slot'}", new: "Alias: {$ref: '#/components/schemas/Leaf'}"},
	{name: "a link of a ring", old: "RingB: {type: object, properties: {c: {$ref: '#/components/schemas/RingC'}}}", new: "RingB: {type: object, properties: {c: {$ref: '#/components/schemas/RingA'}}}"},
	{name: "a schema of a ring", old: "name: {type: string}}}\n    RingB", new: "name: {type: string, maxLength: 3}}}\n    RingB"},
	{name: "what a pointer into a schema leads to", old: "inner: {type: object, properties: {slot:", new: "inner: {type: object, properties: {other:"},
	{name: "a reference spelt otherwise", old: "{$ref: '#/components/schemas/Cat'}", new: "{$ref: 'openapi.yaml#/components/schemas/Cat'}"},
	{name: "a pointer with an escape", old: "'#/components/schemas/Hush'", new: "'#/components/schemas/Hu%73h'"},
	{name: "a name in a mapping", old: "dog: Dog}", new: "dog: Cat}"},
	{name: "a schema of a discriminator", old: "lives: {type: integer, maximum: 9}", new: "lives: {type: integer, maximum: 7}"},
	{name: "a callback", old: "'{$request.body#/url}'", new: "'{$request.body#/callback}'"},

	{name: "a webhook", version: "3.1", old: "  shipped:\n", new: "  sent:\n"},
	{name: "a webhook's operation", version: "3.1", old: "    post:\n      operationId: shipped\n", new: "    put:\n      operationId: shipped\n"},
	{name: "a webhook's response", version: "3.1", old: "    post:\n      operationId: shipped\n", new: "    post:\n      operationId: shipped\n      parameters: [{name: a, in: query, required: true, schema: {type: string}}]\n"},
	{name: "a schema that only a webhook shares", version: "3.1", old: "Hush: {type: string, enum: [a, b]}", new: "Hush: {type: string, enum: [a]}"},
	{name: "the dialect", version: "3.1", old: "info:", new: "jsonSchemaDialect: https://spec.openapis.org/oas/3.1/dialect/base\ninfo:"},
	{name: "the version of OpenAPI", old: "openapi: 3.", new: "openapi: '3.1.1' #"},

	{name: "a parameter elsewhere", several: true, file: common, old: "maximum: 100", new: "maximum: 10"},
	{name: "an operation elsewhere", several: true, file: common, old: "  get:\n", new: "  delete:\n"},
	{name: "a schema elsewhere of elsewhere", several: true, file: more, old: "maxLength: 10", new: "maxLength: 9"},
	{name: "what elsewhere refers to", several: true, old: "Leaf: {type: object, properties: {leaf: {type: string}}}", new: "Leaf: {type: object, properties: {leaf: {type: integer}}}"},
	{name: "a file moved", several: true, file: common, old: "more: {$ref: 'more.yaml'}", new: "more: {$ref: '../parts/more.yaml'}"},
	{name: "a pointer in place of a file", several: true, old: "{$ref: 'parts/common.yaml#/schemas/Holder'}", new: "{$ref: 'parts/more.yaml'}"},
}

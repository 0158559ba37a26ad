package openapi

import "strings"

// shop is the description that edits are made in: most of what OpenAPI has, parts that several operations share, chains and
// rings of references, and a second file. VERSION, and the schemas INLINE, SHARED and FOREIGN, are filled in.
var shop = tree{
	own: `openapi: VERSION
info: {title: Shop, version: 1.0.0}
servers:
- url: https://shop.example.org/v1
tags:
- name: things
security:
- key: []
paths:
  /inline/{id}:
    parameters:
    - {name: id, in: path, required: true, schema: {type: string}}
    get:
      operationId: getInline
      tags: [things]
      parameters:
      - name: plain
        in: query
        schema: INLINE
      - name: structured
        in: query
        content:
          application/json:
            schema: {type: object, properties: {p: INLINE}}
      - name: deep
        in: query
        style: deepObject
        schema: {type: object, properties: {p: INLINE}}
      - name: X-Inline
        in: header
        schema: INLINE
      - name: X-Object
        in: header
        schema: {type: object, properties: {p: INLINE}}
      - name: crumb
        in: cookie
        schema: INLINE
      responses:
        '200':
          description: it
          headers:
            X-Rate: {schema: INLINE, required: true}
          content:
            application/json:
              schema: INLINE
            application/vnd.shop+json:
              schema: {type: object, required: [p], properties: {p: INLINE, list: {type: array, items: INLINE}}}
        '404': {$ref: '#/components/responses/Problem'}
    post:
      operationId: postInline
      requestBody:
        required: true
        content:
          application/json:
            schema: INLINE
          application/vnd.shop+json:
            schema: {type: object, required: [p], properties: {p: INLINE, map: {type: object, additionalProperties: INLINE}}}
          multipart/form-data:
            schema: {allOf: [{$ref: '#/components/schemas/Leaf'}, {type: object, properties: {p: INLINE}}]}
            encoding: {p: {contentType: text/plain, headers: {X-Part: {schema: {type: string}}}}}
      responses:
        default: {description: done}
      callbacks:
        done:
          '{$request.body#/url}':
            post:
              requestBody: {content: {application/json: {schema: INLINE}}}
              responses: {'200': {description: ok, content: {application/json: {schema: INLINE}}}}
  /shared/first:
    get:
      operationId: sharedFirst
      deprecated: false
      security: []
      parameters:
      - $ref: '#/components/parameters/Page'
      responses:
        '200': {$ref: '#/components/responses/Box'}
    put:
      operationId: putFirst
      security:
      - key: []
      - oauth: [read]
      requestBody: {$ref: '#/components/requestBodies/Box'}
      responses:
        '200': {$ref: '#/components/responses/Box'}
        '201':
          description: made
          headers:
            X-Count: {$ref: '#/components/headers/Count'}
          links:
            self: {$ref: '#/components/links/Self'}
  /shared/second/{id}:
    parameters:
    - $ref: '#/components/parameters/Id'
    - $ref: '#/components/parameters/Page'
    get:
      operationId: sharedSecond
      x-stability-level: stable
      responses:
        2XX:
          description: several
          content:
            application/json:
              schema: {type: array, items: {$ref: '#/components/schemas/Box'}}
    delete:
      operationId: dropSecond
      deprecated: true
      x-sunset: '9999-12-31'
      parameters:
      - {name: force, in: query, schema: {type: boolean}, deprecated: true, x-sunset: '9999-12-31'}
      - {name: soon, in: query, schema: {type: boolean}, deprecated: true, x-sunset: soon}
      - {name: old, in: query, schema: {type: boolean}}
      responses:
        '204': {description: gone}
ELSEWHERE
  /ring:
    get:
      operationId: ring
      responses:
        '200':
          description: round
          content:
            application/json:
              schema: {$ref: '#/components/schemas/RingA'}
  /pets:
    post:
      operationId: pets
      requestBody:
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Pet'}
      responses:
        '200':
          description: a pet
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Pet'}
  /quiet/{id}:
    get:
      operationId: quiet
      x-stability-level: beta
      parameters:
      - {name: id, in: path, required: true, schema: {type: integer}}
      responses:
        '200':
          description: nothing changes here
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Quiet'}
  x-paths: {note: an extension}
components:
  schemas:
    Slot: SHARED
    Alias: {$ref: '#/components/schemas/Slot'}
    Box:
      type: object
      required: [slot]
      properties:
        slot: {$ref: '#/components/schemas/Alias'}
        slots: {type: array, items: {$ref: '#/components/schemas/Slot'}}
        deep: {$ref: '#/components/schemas/Outer/properties/inner'}
    Outer:
      type: object
      properties:
        inner: {type: object, properties: {slot: {$ref: '#/components/schemas/Slot'}}}
    Leaf: {type: object, properties: {leaf: {type: string}}}
    Twig: {type: object, properties: {twig: {type: string}}}
    RingA: {type: object, properties: {b: {$ref: '#/components/schemas/RingB'}, name: {type: string}}}
    RingB: {type: object, properties: {c: {$ref: '#/components/schemas/RingC'}}}
    RingC: {type: object, properties: {a: {$ref: '#/components/schemas/RingA'}, list: {type: array, items: {$ref: '#/components/schemas/RingB'}}, slot: {$ref: '#/components/schemas/Slot'}}}
    Pet:
      oneOf:
      - {$ref: '#/components/schemas/Cat'}
      - {$ref: '#/components/schemas/Dog'}
      discriminator:
        propertyName: kind
        mapping: {cat: '#/components/schemas/Cat', dog: Dog}
    Cat: {type: object, required: [kind], properties: {kind: {type: string}, lives: {type: integer, maximum: 9}}}
    Dog: {type: object, required: [kind], properties: {kind: {type: string}, owner: {$ref: '#/components/schemas/Leaf'}}}
    Quiet: {type: object, properties: {leaf: {$ref: '#/components/schemas/Hush'}}}
    Hush: {type: string, enum: [a, b]}
    Unused: {type: string}
  parameters:
    Id: {name: id, in: path, required: true, schema: {type: string}}
    Page: {name: page, in: query, schema: {$ref: '#/components/schemas/Slot'}}
  headers:
    Count: {required: true, schema: {$ref: '#/components/schemas/Slot'}}
  requestBodies:
    Box:
      content:
        application/json:
          schema: {$ref: '#/components/schemas/Box'}
        text/plain:
          schema: {$ref: '#/components/schemas/Slot'}
  responses:
    Box:
      description: a box
      headers:
        X-Count: {$ref: '#/components/headers/Count'}
      content:
        application/json:
          schema: {$ref: '#/components/schemas/Box'}
        text/plain:
          schema: {$ref: '#/components/schemas/Slot'}
    Problem: {description: a problem, content: {application/problem+json: {schema: {type: object, properties: {title: {type: string}}}}, application/atom+xml;v=1: {schema: {type: object}}, application/jsonl: {}}}
  links:
    Self: {operationId: getInline, parameters: {id: $response.body#/id}}
  examples:
    One: {value: {leaf: x, $ref: '#/not/a/reference'}}
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    basic: {type: http, scheme: basic}
    oauth:
      type: oauth2
      flows:
        authorizationCode:
          authorizationUrl: https://id.example.org/authorize
          tokenUrl: https://id.example.org/token
          refreshUrl: https://id.example.org/refresh
          scopes: {read: to read, write: to write}
    oidc: {type: openIdConnect, openIdConnectUrl: https://id.example.org/.well-known}
WEBHOOKS`,
	"api/parts/common.yaml": `item:
  get:
    operationId: item
    parameters:
    - {$ref: '#/parameters/limit'}
    responses:
      '200':
        description: an item
        content:
          application/json:
            schema: {$ref: '../openapi.yaml#/components/schemas/Leaf'}
parameters:
  limit: {name: limit, in: query, schema: {type: integer, maximum: 100}}
schemas:
  Slot: FOREIGN
  Holder: {type: object, required: [slot], properties: {slot: {$ref: '#/schemas/Slot'}, next: {$ref: '#/schemas/Holder'}, more: {$ref: 'more.yaml'}}}
`,
	"api/parts/more.yaml": `type: object
properties:
  slot: {$ref: 'common.yaml#/schemas/Slot'}
  fixed: {type: string, maxLength: 10}
`,
}

// elsewhere are the paths that reach into other files.
const elsewhere = `  /shared/item:
    $ref: 'parts/common.yaml#/item'
  /foreign:
    get:
      operationId: foreign
      parameters:
      - $ref: 'parts/common.yaml#/parameters/limit'
      responses:
        '200':
          description: from elsewhere
          headers:
            X-Foreign: {schema: {$ref: 'parts/common.yaml#/schemas/Slot'}}
          content:
            application/json:
              schema: {$ref: 'parts/common.yaml#/schemas/Holder'}
    post:
      operationId: postForeign
      requestBody:
        content:
          application/json:
            schema: {$ref: 'parts/common.yaml#/schemas/Slot'}
          application/xml:
            schema: {$ref: 'parts/common.yaml#/schemas/Holder'}
      responses:
        '200': {description: ok}`

// webhooks is what a description of 3.1 has besides.
const webhooks = `webhooks:
  shipped:
    post:
      operationId: shipped
      requestBody:
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Box'}
      responses:
        '200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Slot'}}}}
  lost:
    post:
      requestBody:
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Quiet'}
      responses:
        '200': {description: ok}
`

// slots are the schemas that stand in the three places of the description.
type slots struct{ inline, shared, foreign string }

// filled is the description in one version of OpenAPI, in one file or in several.
func filled(version string, several bool, s slots) tree {
	var hooks, paths string
	if version == "3.1" {
		hooks = webhooks
	}
	if several {
		paths = elsewhere
	}
	or := func(text string) string {
		if text == "" {
			return "{type: string}"
		}
		return text
	}
	r := strings.NewReplacer("VERSION", version+".0", "WEBHOOKS", hooks, "ELSEWHERE\n", paths+"\n", "INLINE", or(s.inline), "SHARED", or(s.shared),
		"FOREIGN", strings.ReplaceAll(or(s.foreign), "'#/", "'../openapi.yaml#/"))
	out := tree{}
	for name, text := range shop {
		if several || name == own {
			out[name] = r.Replace(text)
		}
	}
	return out
}

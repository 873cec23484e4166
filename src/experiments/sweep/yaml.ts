// What we use of the YAML library, for import() on demand: the bundler gives a CommonJS package that is itself imported on demand no names.
export { parseDocument, stringify } from 'yaml'

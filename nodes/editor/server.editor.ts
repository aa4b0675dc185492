/** Owns what dialogs know of the server nodes in the editor, and where they say why a list is empty. */

/** Chosen for new nodes; empty where there is none. */
export function firstServer(): string {
  let id = '';
  RED.nodes.eachConfig((node) => {
    if (node.type !== 'nestmtx-server') return true;
    id = node.id;
    return false;
  });
  return id;
}

/** Shows a text there, nothing for undefined. */
export function hintAt(selector: string): (text: string | undefined) => void {
  return (text) =>
    void $(selector)
      .text(text ?? '')
      .toggle(text !== undefined);
}

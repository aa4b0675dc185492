/** Owns the drawing of QR codes: from a text to an SVG. The library is loaded when the first one is asked for. */

/** Error correction M: up to 2,331 bytes of text. */
export async function drawQrCode(text: string): Promise<string> {
  const { default: qrcode } = await import('qrcode-generator');
  const code = qrcode(0, 'M');
  code.addData(text);
  code.make();
  return code.createSvgTag({ cellSize: 4, margin: 16, scalable: true });
}

// Fetching pictures. They come as documents that the browser has parsed as XML, not as strings put into the page: nothing in them
// could become markup, and the content-security policy may forbid all such strings.

/// <reference lib="dom" />

/** The picture at an address, ready to be put into the page. Rejects with words for the reader. */
export function fetchPicture(address: string): Promise<SVGSVGElement> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = "document";
    request.overrideMimeType("image/svg+xml");
    request.addEventListener("load", () => {
      const root = request.responseXML?.documentElement;
      if (request.status !== 200 || root?.localName !== "svg") reject(new Error("The picture could not be drawn."));
      else resolve(document.importNode(root as unknown as SVGSVGElement, true));
    });
    request.addEventListener("error", () => reject(new Error("The server could not be reached.")));
    request.send();
  });
}

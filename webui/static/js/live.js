// The stream says only "something changed"; lists fetch themselves again. Where there is none, the page says so, polling
// goes on, and a stream is asked for again every minute.
const AGAIN = 60_000;

export function live() {
  const place = document.getElementById("stream");
  if (!place?.hasAttribute("hx-sse:connect")) return;
  const words = document.querySelector("[data-live-status]");
  let connected = false;

  const connect = () => window.htmx.trigger(place, "connect");
  const tell = (is) => {
    connected = is;
    words.hidden = is;
  };
  place.addEventListener("htmx:sse:after:connection", () => tell(true));
  place.addEventListener("htmx:sse:error", () => tell(false));
  place.addEventListener("htmx:finally:request", () => {
    if (connected) return;
    tell(false);
    setTimeout(connect, AGAIN);
  });
  // htmx looks the page over in a timeout of its own; this one comes after it.
  const begin = () => setTimeout(connect);
  if (document.readyState === "complete") begin();
  else addEventListener("load", begin);
}

// The stream says only "something changed"; lists fetch themselves again. Where there is none, the page says so, polling
// goes on, and a stream is asked for again every minute.
const AGAIN = 60_000;

export function live() {
  const place = document.getElementById("stream");
  if (!place?.dataset.stream) return;
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
  // htmx may look the page over before its extension for streams has arrived: this place is left to us, for after that.
  const begin = () => {
    place.setAttribute("hx-sse:connect", place.dataset.stream);
    place.setAttribute("hx-trigger", "connect");
    window.htmx.process(place);
    connect();
  };
  if (document.readyState === "complete") begin();
  else addEventListener("load", () => setTimeout(begin));
}

// Light, dark or as the system: at once here, and remembered in the cookie the server reads.
export function theme() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (!button) return;
    event.preventDefault();
    const choice = button.dataset.themeChoice;
    if (choice === "system") delete document.documentElement.dataset.bsTheme;
    else document.documentElement.dataset.bsTheme = choice;
    const age = choice === "system" ? 0 : 31536000;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    const prefix = document.documentElement.dataset.cookies || "";
    document.cookie = `${prefix}theme=${choice}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
    for (const other of document.querySelectorAll("[data-theme-choice]")) {
      other.setAttribute("aria-pressed", String(other === button));
    }
    document.dispatchEvent(new CustomEvent("desk:theme"));
  });
}

// Runs before the first paint: styles may tell whether scripts are at work.
document.documentElement.classList.add("js");

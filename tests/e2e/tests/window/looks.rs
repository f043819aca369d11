//! A step of a journey, looked at in both themes and, where it matters, small with large text.

use std::cell::RefCell;

use signet_e2e::{AxeFinding, Scope, Window, axe_findings, layout_faults};

/// What was found wrong on the way: told at the end, when all pictures are there.
#[derive(Default)]
pub(crate) struct Looks {
    wrong: RefCell<Vec<String>>,
}

impl Looks {
    /// Both themes.
    pub(crate) fn both(&self, window: &Window, name: &str) {
        wear(window, "light", 100);
        self.look(window, name, Scope::Everything);
        wear(window, "dark", 100);
        self.look(window, &format!("{name}-dark"), Scope::Contrast);
        wear(window, "light", 100);
    }

    /// Both themes, and 900 × 600 with text at 150 %.
    pub(crate) fn all(&self, window: &Window, name: &str) {
        self.both(window, name);
        window.resize(900, 600);
        wear(window, "light", 150);
        self.look(window, &format!("{name}-small"), Scope::Contrast);
        wear(window, "light", 100);
        window.resize(1280, 800);
    }

    /// Nothing was wrong.
    #[track_caller]
    pub(crate) fn are_sound(self) {
        let wrong = self.wrong.into_inner();
        assert!(wrong.is_empty(), "{} findings:\n{}", wrong.len(), wrong.join("\n"));
    }

    fn look(&self, window: &Window, name: &str, scope: Scope) {
        window.picture(name);
        let axe = axe_findings(window, scope).into_iter().filter(AxeFinding::is_grave);
        let axe = axe.map(|found| format!("{name}: {} {}", found.rule, found.place));
        let layout = layout_faults(window).into_iter();
        let layout = layout.map(|fault| format!("{name}: {} {}", fault.kind, fault.place));
        self.wrong.borrow_mut().extend(axe.chain(layout));
    }
}

/// What Settings would put on the page, without leaving the step.
fn wear(window: &Window, theme: &str, text: u32) {
    let wear = "const root = document.documentElement;
        root.dataset.theme = arguments[0]; root.style.fontSize = `${arguments[1]}%`;
        void root.offsetHeight;
        for (const fade of document.getAnimations()) if (fade instanceof CSSTransition) fade.finish();
        return 1";
    window.run(wear, &[theme.into(), text.into()]);
}

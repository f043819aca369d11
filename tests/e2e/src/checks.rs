//! What machines can say about a page: axe's findings, and whether everything fits and can be hit.

use serde_json::{Value, json};
use signet_testkit::workspace_root;

use crate::Window;

/// One thing that axe found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AxeFinding {
    /// The rule, such as `color-contrast`.
    pub rule: String,
    /// `minor`, `moderate`, `serious` or `critical`.
    pub impact: String,
    /// Axe is not sure: only told for contrast.
    pub incomplete: bool,
    /// Where, as a selector, and why.
    pub place: String,
}

/// What axe is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// WCAG 2.2 A and AA, and axe's best practices.
    Everything,
    /// Contrast only: what another theme can change.
    Contrast,
}

/// Something that does not fit, is cut off, is covered, or is too small to hit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayoutFault {
    /// `overflow`, `clipped`, `outside`, `covered` or `small`.
    pub kind: String,
    /// Which element, and its measures.
    pub place: String,
}

impl AxeFinding {
    /// Whether it fails a test.
    pub fn is_grave(&self) -> bool {
        self.incomplete || matches!(self.impact.as_str(), "serious" | "critical")
    }
}

impl Scope {
    fn rules(self) -> Value {
        match self {
            Self::Everything => {
                json!(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
            }
            Self::Contrast => json!({ "type": "rule", "values": ["color-contrast"] }),
        }
    }

    /// Rules that pass on any page of ours; fewer means that axe did not look.
    fn least(self) -> u64 {
        match self {
            Self::Everything => 5,
            Self::Contrast => 0,
        }
    }
}

/// Runs axe over the page as it is.
#[track_caller]
pub fn axe_findings(window: &Window, scope: Scope) -> Vec<AxeFinding> {
    if window.run("return typeof window.axe", &[]) != "object" {
        let file = workspace_root().join("ui/node_modules/axe-core/axe.min.js");
        let axe = std::fs::read_to_string(file).expect("axe-core: run npm ci in ui");
        window.run(&format!("{axe}\nwindow.axe = axe; return true"), &[]);
    }
    let answer = window
        .session()
        .async_script(RUN_AXE, &[scope.rules()])
        .unwrap_or_else(|fault| panic!("axe: {fault:?}"));
    assert!(answer["error"].is_null(), "axe: {answer}");
    assert!(answer["passes"].as_u64() >= Some(scope.least()), "axe looked at nothing: {answer}");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let findings = answer["findings"].as_array().expect("findings").iter();
    let finding = |found: &Value| AxeFinding {
        rule: text(&found["rule"]),
        impact: text(&found["impact"]),
        incomplete: found["incomplete"] == true,
        place: text(&found["place"]),
    };
    findings.map(finding).collect()
}

/// Looks for what does not fit the page as it is.
#[track_caller]
pub fn layout_faults(window: &Window) -> Vec<LayoutFault> {
    let faults = window.run_with_finder(include_str!("layout.js"), &[]);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let faults = faults.as_array().expect("a list").iter();
    faults.map(|fault| LayoutFault { kind: text(&fault["kind"]), place: text(&fault["place"]) }).collect()
}

/// Frames are left out: what is in them is somebody's mail, not our page.
const RUN_AXE: &str = concat!("const [rules, done] = arguments;", include_str!("axe.js"));

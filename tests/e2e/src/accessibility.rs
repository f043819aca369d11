//! The window as assistive technology sees it, through AT-SPI.

use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use crate::Stage;

/// A part of the accessibility tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// AT-SPI's name of the role, such as `push button`.
    pub role: String,
    /// What is read out.
    pub name: String,
    /// The roles above it, outermost first.
    pub path: String,
}

impl Node {
    /// Whether a person operates it, so that it needs a name.
    pub fn is_control(&self) -> bool {
        const CONTROLS: [&str; 20] = [
            "push button",
            "button",
            "toggle button",
            "check box",
            "radio button",
            "entry",
            "text",
            "password text",
            "combo box",
            "link",
            "menu item",
            "check menu item",
            "radio menu item",
            "page tab",
            "slider",
            "spin button",
            "list box",
            "tree",
            "switch",
            "menu button",
        ];
        let is_option = self.role == "list item" && self.path.contains("/list box");
        is_option || CONTROLS.contains(&self.role.as_str())
    }
}

/// Every part of the window that is showing. The stage needs [`Stage::start_assistance`] before the window.
pub fn accessible_nodes(stage: &Stage) -> Vec<Node> {
    let mut python = stage.command(Path::new("/usr/bin/python3"));
    python.args(["-c", include_str!("python/tree.py"), "signet-app"]).stdin(Stdio::null());
    let output = python.output().expect("python3");
    assert!(output.status.success(), "python3 cannot read the tree: {}", stage.said());
    let nodes: Vec<Value> = serde_json::from_slice(&output.stdout).expect("JSON");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let node = |node: &Value| Node { role: text(&node[0]), name: text(&node[1]), path: text(&node[2]) };
    nodes.iter().map(node).collect()
}

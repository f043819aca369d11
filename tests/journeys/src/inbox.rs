//! What the sandbox delivered, read by Python's `email`.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// A delivered message, as Python reads it.
#[derive(Debug)]
pub struct Delivered {
    /// `{"headers": {…}, "text": …, "html": …, "attachments": [{"name", "type", "bytes", "sha256"}]}`.
    pub json: Value,
}

const READ: &str = r#"
import email, email.policy, hashlib, json, sys
message = email.message_from_binary_file(open(sys.argv[1], "rb"), policy=email.policy.SMTP)
part = lambda kind: (lambda p: p.get_content() if p else None)(message.get_body((kind,)))
attachments = []
for p in message.iter_attachments():
    content = p.get_payload(decode=True)
    attachments.append({"name": p.get_filename(), "type": p.get_content_type(), "bytes": len(content),
                        "sha256": hashlib.sha256(content).hexdigest()})
defects = [str(d) for p in message.walk() for d in p.defects]
headers = {name.lower(): str(value) for name, value in message.items()}
print(json.dumps({"headers": headers, "text": part("plain"), "html": part("html"),
                  "attachments": attachments, "defects": defects}))
"#;

impl Delivered {
    /// Reads an `.eml` file.
    #[track_caller]
    pub fn read(eml: &Path) -> Self {
        let output = Command::new("python3").args(["-c", READ]).arg(eml).output().expect("python3");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(json["defects"], Value::Array(Vec::new()), "Python finds defects");
        Self { json }
    }

    /// A header.
    pub fn header(&self, name: &str) -> &str {
        self.json["headers"][name].as_str().unwrap_or_default()
    }

    /// Name and SHA-256 of each attachment, in order.
    pub fn attachments(&self) -> Vec<(String, String)> {
        let list = self.json["attachments"].as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        list.iter().map(|part| (text(&part["name"]), text(&part["sha256"]))).collect()
    }
}

//! Message files: what they may hold, how they are filled in, and what each mistake is called.

use std::collections::BTreeMap;
use std::io;

use proptest::prelude::*;
use signet_core::Code;
use signet_mail::{AttachmentEntry, InlineEntry, MessageFile, MessageFileError, Rendered, Variable};

const FILE: &str = r#"
from = "Mia Berg <mia@example.org>"
key = "newsletter"
to = ["{{name}} <{{address}}>", "tom@example.com"]
cc = "desk@example.org"
reply_to = "desk@example.org"
subject = "Report for {{month}}"
text = """
Hello {{name}},
{{note}}
"""
html = "<p title='{{name}}'>{{note}} {{{markup}}} \\{{name}}</p>"
attachments = ["reports/{{month}}.pdf", { path = "a.bin", name = "{{month}}.dat", type = "application/x-{{month}}" }]
inline = [{ path = "logo.png", cid = "logo" }]

[variables]
note = "All is well."
markup = "<b>!</b>"
"#;

fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
}

fn render(text: &str, pairs: &[(&str, &str)]) -> Result<Rendered, MessageFileError> {
    MessageFile::parse(text)?.render(&values(pairs))
}

const FILLED: &[(&str, &str)] = &[("name", "A & B"), ("address", "a@example.org"), ("month", "may")];

#[test]
fn a_whole_file_is_filled_in() {
    let rendered = render(FILE, FILLED).unwrap();
    assert_eq!(rendered.from.unwrap().to_string(), "Mia Berg <mia@example.org>");
    assert_eq!(rendered.key.as_deref(), Some("newsletter"));
    let to: Vec<_> = rendered.to.iter().map(ToString::to_string).collect();
    assert_eq!(to, ["A & B <a@example.org>", "tom@example.com"]);
    assert_eq!((rendered.cc.len(), rendered.bcc.len(), rendered.reply_to.len()), (1, 0, 1));
    assert_eq!(rendered.subject.as_str(), "Report for may");
    assert_eq!(rendered.text.as_deref(), Some("Hello A & B,\nAll is well.\n"));
    assert_eq!(rendered.html.as_deref(), Some("<p title='A &amp; B'>All is well. <b>!</b> {{name}}</p>"));
    assert_eq!(rendered.attachments[0].path, "reports/may.pdf");
    assert_eq!(rendered.attachments[0].name, None);
    assert_eq!(rendered.attachments[1].name.as_ref().unwrap().as_str(), "may.dat");
    assert_eq!(rendered.attachments[1].content_type.as_ref().unwrap().as_str(), "application/x-may");
    assert_eq!(rendered.inline[0].content_id.as_str(), "logo");
}

#[test]
fn variables_are_listed_with_default_and_place() {
    let variables = MessageFile::parse(FILE).unwrap().variables();
    let month = variables.iter().find(|variable| variable.name == "month").unwrap();
    let used = ["subject", "attachments[0].path", "attachments[1].name", "attachments[1].type"];
    assert_eq!(month.used_in, used);
    let note = variables.iter().find(|variable| variable.name == "note").unwrap();
    assert_eq!(
        note,
        &Variable {
            name: "note".into(),
            default: Some("All is well.".into()),
            used_in: vec!["text".into(), "html".into()]
        }
    );
    assert_eq!(variables.len(), 5);
}

#[test]
fn values_that_are_missing_or_unknown_are_named() {
    let error = render(FILE, &[("name", "A")]).unwrap_err();
    assert_eq!(error, MessageFileError::MissingVariables(vec!["address".into(), "month".into()]));
    assert_eq!(error.failure().code, Code::MissingVariable);
    assert!(error.failure().what.contains("address, month"));
    let error = render(FILE, &[("nmae", "A"), ("mnoth", "B")]).unwrap_err();
    assert_eq!(error, MessageFileError::UnknownVariables(vec!["mnoth".into(), "nmae".into()]));
    assert_eq!(error.failure().code, Code::UnknownVariable);
}

#[test]
fn a_value_with_a_line_break_goes_into_bodies_only() {
    let with_note = |note| {
        let mut pairs = FILLED.to_vec();
        pairs.push(("note", note));
        render(FILE, &pairs)
    };
    assert_eq!(with_note("one\ntwo").unwrap().text.as_deref(), Some("Hello A & B,\none\ntwo\n"));
    for (name, field) in [("name", "to[0]"), ("address", "to[0]"), ("month", "subject")] {
        for value in ["x\r\nBcc: evil@example.net", "x\ny", "x\ry", "x\0y"] {
            let mut pairs = values(FILLED);
            pairs.insert(name.into(), value.into());
            let error = MessageFile::parse(FILE).unwrap().render(&pairs).unwrap_err();
            let expected = MessageFileError::LineBreak { variable: name.into(), field: field.into() };
            assert_eq!(error, expected, "{value:?}");
            assert_eq!(error.failure().code, Code::InvalidHeader);
        }
    }
}

#[test]
fn a_value_adds_no_recipient() {
    let to = |text: &str| render("to = ['{{a}}']", &[("a", text)]);
    assert_eq!(to("a@example.org").unwrap().to.len(), 1);
    for text in ["a@example.org, b@example.org", "a@example.org>, <b@example.org", ""] {
        assert_eq!(to(text).unwrap_err().failure().code, Code::InvalidAddress, "{text}");
    }
    let named = render("to = ['{{a}} <b@example.org>']", &[("a", "x <evil@example.net>,")]).unwrap();
    assert_eq!(named.to[0].address.as_str(), "b@example.org");
}

#[test]
fn each_mistake_names_its_key() {
    for (text, says) in [
        ("subjekt = 'x'", "unknown key subjekt"),
        ("[[attachments]]\npath = 'a'\nnmae = 'b'", "unknown key attachments[0].nmae"),
        ("attachments = [{ name = 'a' }]", "attachments[0].path is missing"),
        ("attachments = [1]", "attachments[0] must be a path, or a table with path, name and type"),
        ("attachments = 'a.pdf'", "attachments must be a list"),
        ("inline = [{ path = 'a' }]", "inline[0].cid is missing"),
        ("inline = ['a.png']", "inline[0] must be a table with path and cid"),
        ("to = 5", "to must be a string or a list of strings"),
        ("to = ['a@b.c', 5]", "to[1] must be a string"),
        ("subject = ['x']", "subject must be a string"),
        ("text = 'x'\ntext_file = 'y'", "text and text_file exclude each other"),
        ("html_file = '{{x}}.html'", "html_file must not hold a variable"),
        ("subject = 'a {{b'", "subject: {{ without a name and }}"),
        ("variables = 3", "variables must be a table"),
        ("[variables]\na = 3", "variables.a must be a string"),
        (
            "[variables]\n\"a b\" = 'x'",
            "variables.a b must be named by a letter, then letters, digits, dashes and underscores",
        ),
    ] {
        let error = MessageFile::parse(text).unwrap_err();
        assert_eq!(error.to_string(), says, "{text}");
        assert_eq!(error.failure().code, Code::MessageFile, "{text}");
    }
    let error = MessageFile::parse("subject = 'x'\nto = [\n").unwrap_err();
    assert!(error.to_string().starts_with("line "), "{error}");
    for (text, says) in [
        ("from = 'mia'", "from: mia: not a valid e-mail address"),
        (
            "bcc = ['ok@example.org', 'jörg@example.org']",
            "bcc[1]: jörg@example.org: the part before the @ has characters that Gmail cannot send to",
        ),
        ("subject = \"a\\nb\"", "subject: the value holds a line break or a control character"),
        ("attachments = [{ path = 'a', name = 'b/c' }]", "attachments[0].name: not a usable file name"),
        ("attachments = [{ path = 'a', type = 'pdf' }]", "attachments[0].type: not a content type"),
        ("inline = [{ path = 'a', cid = 'a b' }]", "inline[0].cid is not a content id"),
    ] {
        assert_eq!(render(text, &[]).unwrap_err().to_string(), says);
    }
}

#[test]
fn bodies_are_read_from_files_and_filled_in() {
    let file = MessageFile::parse("text_file = 'body.txt'\nhtml_file = 'body.html'").unwrap();
    assert!(matches!(file.render(&BTreeMap::new()), Err(MessageFileError::BodyNotLoaded(_))));
    let loaded = file.clone().load_bodies(|path| Ok(format!("\u{FEFF}{path}: {{{{who}}}}"))).unwrap();
    assert_eq!(loaded.variables()[0].used_in, ["text", "html"]);
    let rendered = loaded.render(&values(&[("who", "<Mia>")])).unwrap();
    assert_eq!(rendered.text.as_deref(), Some("body.txt: <Mia>"));
    assert_eq!(rendered.html.as_deref(), Some("body.html: &lt;Mia&gt;"));
    let error = file.load_bodies(|_| Err(io::ErrorKind::NotFound.into())).unwrap_err();
    assert!(error.failure().what.starts_with("body.txt cannot be read"), "{error}");
    let broken = MessageFile::parse("text_file = 'body.txt'").unwrap().load_bodies(|_| Ok("{{".into()));
    assert_eq!(broken, Err(MessageFileError::Placeholder { field: "text".into() }));
}

#[test]
fn an_empty_file_and_a_byte_order_mark_are_fine() {
    assert_eq!(MessageFile::parse(""), Ok(MessageFile::default()));
    assert_eq!(MessageFile::parse("\u{FEFF}subject = 'x'\r\n").unwrap().subject.as_deref(), Some("x"));
}

fn file() -> impl Strategy<Value = MessageFile> {
    let text = || any::<String>().prop_map(|text| MessageFile::escape(&text));
    let list = move || prop::collection::vec(text(), 0..3);
    let maybe = move || prop::option::of(text());
    let attachments = (text(), maybe(), maybe()).prop_map(|(path, name, content_type)| AttachmentEntry {
        path,
        name,
        content_type,
    });
    let inline = (text(), text(), maybe(), maybe()).prop_map(|(path, cid, name, content_type)| InlineEntry {
        path,
        cid,
        name,
        content_type,
    });
    (
        (maybe(), maybe(), list(), list(), list(), list(), maybe()),
        (any::<bool>(), maybe(), maybe()),
        prop::collection::vec(attachments, 0..3),
        prop::collection::vec(inline, 0..3),
        prop::collection::btree_map("[a-z][a-z0-9_-]{0,5}", any::<String>(), 0..3),
    )
        .prop_map(
            |(
                (from, key, to, cc, bcc, reply_to, subject),
                (by_path, one, other),
                attachments,
                inline,
                variables,
            )| {
                let mut file = MessageFile {
                    from,
                    key,
                    to,
                    cc,
                    bcc,
                    reply_to,
                    subject,
                    attachments,
                    inline,
                    variables,
                    ..MessageFile::default()
                };
                if by_path {
                    (file.text_file, file.html_file) = (one, other);
                } else {
                    (file.text, file.html) = (one, other);
                }
                file
            },
        )
}

proptest! {
    #[test]
    fn what_is_written_reads_back(file in file()) {
        prop_assert_eq!(MessageFile::parse(&file.write()), Ok(file));
    }

    #[test]
    fn escaped_text_renders_to_itself(text: String) {
        let file = MessageFile { text: Some(MessageFile::escape(&text)), ..MessageFile::default() };
        prop_assert_eq!(file.render(&BTreeMap::new()).unwrap().text, Some(text));
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC*|([a-z_]{1,11} ?= ?[\\[\\]{}\"'a-z0-9\\\\.,@]{0,20}\n){0,6}") {
        if let Ok(file) = MessageFile::parse(&text) {
            let _rendered = file.render(&BTreeMap::new());
        }
    }
}

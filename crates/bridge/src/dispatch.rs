//! From a method's name and JSON to its answer. Both tables are walked by their macros: a row without
//! an adapter does not compile.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::Value;
use signet_api::Method;
use signet_core::{Code, Failure};

use crate::Bridge;
use crate::passage::{Passage, Passes};

/// Where a call's events go.
pub(crate) type Sink = Arc<dyn Fn(Value) + Send + Sync>;

/// An answer under way. Dropping it ends the call.
type Answering<'a> = Pin<Box<dyn Future<Output = Result<Value, Failure>> + Send + 'a>>;

/// How the bridge answers one row of its own table.
pub(crate) trait Answer<M: Method> {
    /// Answers.
    fn answer(
        &self,
        request: M::Request,
        events: Events<M>,
    ) -> impl Future<Output = Result<M::Response, Failure>> + Send;
}

/// Where the events of one call go.
pub(crate) struct Events<M>(Sink, PhantomData<fn() -> M>);

impl<M: Method> Events<M> {
    /// Sends one.
    pub(crate) fn emit(&self, event: &M::Event) {
        if let Ok(event) = serde_json::to_value(event) {
            (self.0)(event);
        }
    }
}

impl<M> Clone for Events<M> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0), PhantomData)
    }
}

/// Finds the row and starts its answer.
pub(crate) fn start<'a>(bridge: &'a Bridge, method: &str, params: Value, sink: Sink) -> Answering<'a> {
    macro_rules! own {
        ($($name:ident),*) => {
            $(if method == <crate::$name as Method>::NAME {
                return Box::pin(own::<crate::$name>(bridge, params, sink));
            })*
        };
    }
    macro_rules! agents {
        ($($name:ident),*) => {
            $(if method == <signet_api::$name as Method>::NAME {
                return Box::pin(agents::<signet_api::$name>(bridge, params, sink));
            })*
        };
    }
    // The own rows first, so that they replace the agent's of the same name.
    for_each_method!(own);
    signet_api::for_each_method!(agents);
    Box::pin(std::future::ready(Err(unsupported())))
}

async fn own<M: Method>(bridge: &Bridge, params: Value, sink: Sink) -> Result<Value, Failure>
where
    Bridge: Answer<M>,
{
    let request = read::<M::Request>(params)?;
    let response = Answer::<M>::answer(bridge, request, Events(sink, PhantomData)).await?;
    write(&response)
}

async fn agents<M: Passes>(bridge: &Bridge, params: Value, sink: Sink) -> Result<Value, Failure> {
    if M::PASSAGE != Passage::Forwarded {
        return Err(unsupported());
    }
    let request = read::<M::Request>(params)?;
    let answered = bridge.forward::<M>(&request, Events::<M>(sink, PhantomData)).await;
    if answered.is_ok() {
        bridge.passed(M::NAME);
    }
    write(&answered?)
}

/// Reads the parameters. The reader's own words may quote a passphrase, so only names of fields get out.
fn read<T: DeserializeOwned>(params: Value) -> Result<T, Failure> {
    let params = if params.is_null() { Value::Object(serde_json::Map::new()) } else { params };
    if weight(&params, LARGEST) == 0 {
        return Err(bad("The request is too large.".into()));
    }
    serde_json::from_value(params).map_err(|error| {
        let error = error.to_string();
        let harmless = error.starts_with("unknown field") || error.starts_with("missing field");
        bad(if harmless {
            format!("The request does not have the form that this method takes: {error}.")
        } else {
            "The request does not have the form that this method takes.".into()
        })
    })
}

fn write<T: serde::Serialize>(response: &T) -> Result<Value, Failure> {
    serde_json::to_value(response).map_err(|_| Failure::new(Code::Internal))
}

/// Bytes of text that one request may hold: a message's HTML with room to spare. Files never come here.
const LARGEST: usize = 16 * 1024 * 1024;

/// What is left of `room` after the value; 0 if it does not fit.
fn weight(value: &Value, room: usize) -> usize {
    let own = match value {
        Value::String(text) => text.len(),
        _ => 1,
    };
    let room = room.saturating_sub(own);
    match value {
        Value::Array(items) => items.iter().fold(room, |room, item| weight(item, room)),
        Value::Object(fields) => {
            fields.iter().fold(room, |room, (name, item)| weight(item, room.saturating_sub(name.len())))
        }
        _ => room,
    }
}

fn bad(what: String) -> Failure {
    Failure::new(Code::Usage).what(what).remedy("Restart Signet; if it happens again, report it.")
}

fn unsupported() -> Failure {
    Failure::new(Code::Unsupported).what("A page cannot ask for that.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use signet_api::wire::UnlockRequest;

    #[test]
    fn a_refused_request_quotes_no_secret() {
        for params in [
            json!({ "passphrase": ["correct horse"], "code": "123456" }),
            json!({ "passphrase": "correct horse", "code": 123_456 }),
            json!({ "passphrase": "correct horse" }),
            json!({ "passphrase": "x", "code": "y", "surprise": "correct horse" }),
            json!("correct horse"),
        ] {
            let failure = read::<UnlockRequest>(params).unwrap_err();
            assert_eq!(failure.code, Code::Usage);
            let text = serde_json::to_string(&failure).unwrap();
            assert!(!text.contains("correct") && !text.contains("123"), "{text}");
        }
        let failure =
            read::<UnlockRequest>(json!({ "passphrase": "x", "code": "y", "more": 1 })).unwrap_err();
        assert!(failure.what.contains("more"), "{failure}");
    }

    #[test]
    fn a_request_has_a_limit() {
        let large = json!({ "passphrase": "x".repeat(LARGEST), "code": "y" });
        assert_eq!(read::<UnlockRequest>(large).unwrap_err().what, "The request is too large.");
        let many = Value::Array(vec![Value::Null; LARGEST]);
        assert_eq!(weight(&many, LARGEST), 0);
        assert!(weight(&json!({ "a": ["b", 1] }), LARGEST) > 0);
    }
}

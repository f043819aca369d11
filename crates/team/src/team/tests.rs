mod model;
mod refusals;
mod tampering;
mod world;

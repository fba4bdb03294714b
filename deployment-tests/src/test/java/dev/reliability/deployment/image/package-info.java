/** The image of the backend: how it is built, and the scripts in it. */
package dev.reliability.deployment.image;

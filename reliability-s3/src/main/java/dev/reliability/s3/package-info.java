/** An object store on any server that speaks S3. */
@NullMarked
package dev.reliability.s3;

import org.jspecify.annotations.NullMarked;

/** What a request that comes too soon is told, behind the code that its kind has. */
export const PACING_VIOLATION = 'Historical data request pacing violation'
